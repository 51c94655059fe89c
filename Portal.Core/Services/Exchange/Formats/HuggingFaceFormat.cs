using System.Runtime.CompilerServices;
using System.Text.Json;
using Portal.Core.Domain.Exchange;
using Portal.Core.Services.Exchange.Export;
using Portal.Core.Services.Exchange.Import;

namespace Portal.Core.Services.Exchange.Formats;

/// <summary>
/// Hugging Face's ImageFolder with metadata: <c>train/metadata.jsonl</c> beside the pictures, a line each with
/// <c>file_name</c> and <c>label</c>.
/// </summary>
internal sealed class HuggingFaceFormat : ExchangeFormat
{
    private const string Folder = "train";

    public override string Id => "huggingface";
    public override string Name => "Hugging Face ImageFolder";
    public override string Description =>
        "Pictures with a metadata.jsonl, as the datasets library loads it; one label a picture.";
    public override ExchangeDetail Held => ExchangeDetail.Unlabelled;
    public override bool NeedsPictures => true;
    public override int Passes => 2;

    public override async Task WriteAsync(ExportContent content, ExportArchive archive, CancellationToken ct)
    {
        await archive.WriteTextAsync(
            $"{Folder}/metadata.jsonl",
            async writer =>
            {
                await foreach (var input in content.InputsAsync(ct))
                {
                    if (input.Image is null)
                    {
                        continue;
                    }

                    var line = new Line(
                        ArchiveNames.OfPicture(input),
                        input.Labels.FirstOrDefault(l => l.Value)?.Concept
                    );
                    await writer.WriteLineAsync(JsonSerializer.Serialize(line, ExchangeJson.Options));
                }
            }
        );
        await foreach (var input in content.InputsAsync(ct))
        {
            if (input.Image is not null)
            {
                await archive.WritePictureAsync(
                    $"{Folder}/{ArchiveNames.OfPicture(input)}",
                    content.OpenPicture(input),
                    ct
                );
            }
        }
    }

    public override bool Recognises(ImportFiles files) => Files(files).Any();

    public override async IAsyncEnumerable<ImportedInput> ReadAsync(
        ImportFiles files,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        foreach (var path in Files(files))
        {
            await foreach (var (number, line) in BoundedLines.ReadAsync(files.Open(path), ct))
            {
                yield return Read(files, path, number, line);
            }
        }
    }

    private static IEnumerable<string> Files(ImportFiles files) =>
        files.Named("metadata.jsonl").Where(p => files.Head(p).Contains("\"file_name\"", StringComparison.Ordinal));

    private static ImportedInput Read(ImportFiles files, string path, int number, string line)
    {
        var where = $"{path} line {number}";
        try
        {
            var read = JsonElement.Parse(line);
            if (read.Text("file_name") is not { } name)
            {
                return ImportedInput.Refused(where, "The line has no file_name.");
            }

            var labels = read.Text("label") is { Length: > 0 } label
                ? [label]
                : read.Items("label")
                    .Concat(read.Items("labels"))
                    .Where(l => l.ValueKind == JsonValueKind.String)
                    .Select(l => l.Words());
            return new ImportedInput
            {
                Where = where,
                Reference = name,
                Picture = files.Find(name, path),
                Tags = [.. labels.Distinct().Select(l => new ImportedTag(l))],
            };
        }
        catch (JsonException e)
        {
            return ImportedInput.Refused(where, $"The line is no valid JSON: {e.Message}");
        }
    }

    private sealed record Line(string FileName, string? Label);
}
