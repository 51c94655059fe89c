using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsvHelper;
using CsvHelper.Configuration;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Exchange;
using Portal.Core.Services.Exchange.Export;
using Portal.Core.Services.Exchange.Import;

namespace Portal.Core.Services.Exchange.Formats;

/// <summary>
/// Vertex AI's lists for image classification: JSON Lines with <c>imageGcsUri</c> and one
/// <c>classificationAnnotation</c> or several <c>classificationAnnotations</c>; read as well is its CSV without a
/// header, <c>[ML_USE],PATH,LABEL[,LABEL2…]</c>.
/// </summary>
internal sealed class VertexFormat : ExchangeFormat
{
    private const string FileName = "vertex.jsonl";
    private const string Scheme = "gs://";
    private const string One = "classificationAnnotation";
    private const string Several = "classificationAnnotations";
    private const int MaxCell = 64 * 1024;
    private static readonly CsvConfiguration Configuration = new(CultureInfo.InvariantCulture)
    {
        HasHeaderRecord = false,
        MaxFieldSize = MaxCell,
        BadDataFound = null,
    };

    public override string Id => "vertex";
    public override string Name => "Vertex AI";
    public override string Description =>
        "One JSON line a picture, as Vertex AI imports image classification. Its paths are those of the export: put "
        + "your bucket's gs:// address before them.";
    public override ExchangeDetail Held => ExchangeDetail.SeveralConcepts | ExchangeDetail.Unlabelled;
    public override int Passes => 2;

    public override async Task WriteAsync(ExportContent content, ExportArchive archive, CancellationToken ct)
    {
        // A list is of one kind: as soon as one picture has several labels, every line has a list of them.
        var hasSeveral = await content.InputsAsync(ct).AnyAsync(input => input.Labels.Count(l => l.Value) > 1, ct);
        await archive.WriteTextAsync(
            FileName,
            async writer =>
            {
                await foreach (var input in content.InputsAsync(ct))
                {
                    var labels = input
                        .Labels.Where(l => l.Value)
                        .Select(JsonNode (l) => new JsonObject { ["displayName"] = l.Concept })
                        .ToArray();
                    var line = new JsonObject { ["imageGcsUri"] = ExportContent.ReferenceTo(input) };
                    if (hasSeveral)
                    {
                        line[Several] = new JsonArray(labels);
                    }
                    else if (labels is [var label])
                    {
                        line[One] = label;
                    }

                    await writer.WriteLineAsync(line.ToJsonString(ExchangeJson.Options));
                }
            }
        );
    }

    public override bool Recognises(ImportFiles files) => Lines(files) is not null || Table(files) is not null;

    public override async IAsyncEnumerable<ImportedInput> ReadAsync(
        ImportFiles files,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        if (Lines(files) is { } list)
        {
            await foreach (var (number, line) in BoundedLines.ReadAsync(files.Open(list), ct))
            {
                yield return OfLine(files, list, $"line {number}", line);
            }

            yield break;
        }
        var table =
            Table(files)
            ?? throw new PortalException(
                StatusCode.InvalidRequest,
                "There is no list of Vertex AI in it: JSON Lines with imageGcsUri, or a CSV of gs:// paths and labels."
            );
        await foreach (var (number, row) in BoundedLines.ReadAsync(files.Open(table), ct))
        {
            yield return OfRow(files, table, $"row {number}", row);
        }
    }

    private static string? Lines(ImportFiles files) => files.FirstJsonLines("imageGcsUri", ".jsonl", ".json");

    private static string? Table(ImportFiles files) =>
        files.First(".csv", head => Cells(head.Split('\n', 2)[0]).Take(2).Any(IsPath));

    private static ImportedInput OfLine(ImportFiles files, string path, string where, string line)
    {
        try
        {
            var read = JsonElement.Parse(line);
            return read.Text("imageGcsUri") is { Length: > 0 } uri
                ? Item(
                    files,
                    path,
                    where,
                    uri,
                    read.Items(Several)
                        .Concat(read.Items("boundingBoxAnnotations"))
                        .Append(read.Member(One))
                        .Select(a => a.Text("displayName") ?? "")
                )
                : ImportedInput.Refused(where, "The line has no imageGcsUri.");
        }
        catch (JsonException e)
        {
            return ImportedInput.Refused(where, $"The line is no valid JSON: {e.Message}");
        }
    }

    private static ImportedInput OfRow(ImportFiles files, string path, string where, string row)
    {
        var cells = Cells(row);
        var at = Array.FindIndex(cells, 0, Math.Min(2, cells.Length), IsPath);
        return at < 0
            ? ImportedInput.Refused(where, "There is no gs:// path in its first two columns.")
            : Item(files, path, where, cells[at], cells[(at + 1)..]);
    }

    private static ImportedInput Item(
        ImportFiles files,
        string path,
        string where,
        string uri,
        IEnumerable<string> labels
    ) =>
        new()
        {
            Where = where,
            Reference = uri,
            Picture = files.FindInBucket(uri, Scheme, path),
            Tags =
            [
                .. labels.Where(l => l.Length > 0).Distinct(StringComparer.Ordinal).Select(l => new ImportedTag(l)),
            ],
        };

    private static bool IsPath(string cell) => cell.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    private static string[] Cells(string row)
    {
        using var csv = new CsvParser(new StringReader(row), Configuration);
        return csv.Read()
            ? Array.ConvertAll(csv.Record!, cell => SafeCells.Unguard(cell).Trim().TrimStart('\uFEFF'))
            : [];
    }
}
