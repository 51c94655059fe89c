using System.Runtime.CompilerServices;
using System.Text.Json;
using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Exchange;
using Portal.Core.Services.Exchange.Export;
using Portal.Core.Services.Exchange.Import;

namespace Portal.Core.Services.Exchange.Formats;

/// <summary>
/// The portal's own format: <c>inputs.jsonl</c>, one <see cref="ExchangeInput"/> a line. Into an app that has none of
/// it, everything comes back as it was.
/// </summary>
internal sealed class JsonLinesFormat : ExchangeFormat
{
    private const string FileName = "inputs.jsonl";

    public override string Id => "jsonl";
    public override string Name => "JSON Lines";
    public override string Description =>
        "Everything: inputs, labels, tags, decisions. The one to move an app or to read from a script.";
    public override ExchangeDetail Held => ExchangeDetail.Everything;

    public override Task WriteAsync(ExportContent content, ExportArchive archive, CancellationToken ct) =>
        archive.WriteTextAsync(
            FileName,
            async writer =>
            {
                await foreach (var input in content.InputsAsync(ct))
                {
                    await writer.WriteLineAsync(JsonSerializer.Serialize(input, ExchangeJson.Options));
                }
            }
        );

    public override bool Recognises(ImportFiles files) => File(files) is not null;

    public override async IAsyncEnumerable<ImportedInput> ReadAsync(
        ImportFiles files,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        var path =
            File(files)
            ?? throw new PortalException(
                StatusCode.InvalidRequest,
                $"There is no {FileName} of the portal's own format in it."
            );
        await foreach (var (number, line) in BoundedLines.ReadAsync(files.Open(path), ct))
        {
            yield return Read(files, $"line {number}", line);
        }
    }

    private static string? File(ImportFiles files) =>
        files.First(
            ".jsonl",
            head =>
                head.Contains("\"hash\"", StringComparison.Ordinal)
                && head.Contains("\"annotations\"", StringComparison.Ordinal)
        );

    private static ImportedInput Read(ImportFiles files, string where, string line)
    {
        ExchangeInput input;
        try
        {
            input = JsonSerializer.Deserialize<ExchangeInput>(line, ExchangeJson.Options)!;
        }
        catch (JsonException e)
        {
            return ImportedInput.Refused(where, $"This is no line of the portal's own format: {e.Message}");
        }
        if (input.Labels.Contains(null!) || input.Annotations.Contains(null!) || input.Decisions.Contains(null!))
        {
            return ImportedInput.Refused(where, "A list on this line holds a null.");
        }

        return new ImportedInput
        {
            Where = where,
            Id = input.Id,
            Reference = input.FileName,
            Picture = input.Image is null ? null : files.Find(input.Image),
            Tags = [.. Tags(input)],
            Own = input,
        };
    }

    /// <summary>What counts for people, and what machines said.</summary>
    private static IEnumerable<ImportedTag> Tags(ExchangeInput input) =>
        input
            .Labels.Where(l => l.Human)
            .Select(l => new ImportedTag(l.Concept, l.Value))
            .Concat(
                input
                    .Annotations.Where(a =>
                        a.Origin != ExchangeFormatter.Human || AnnotationStatuses.IsWaiting((StatusCode)a.WrittenStatus)
                    )
                    .Select(a => new ImportedTag(
                        a.Concept,
                        a.Value,
                        Machine: true,
                        (StatusCode)a.WrittenStatus,
                        a.Score,
                        a.Id
                    ))
            );
}
