using System.Runtime.CompilerServices;
using System.Text.Json;
using Portal.Core.Domain.Exchange;
using Portal.Core.Services.Exchange.Export;
using Portal.Core.Services.Exchange.Import;

namespace Portal.Core.Services.Exchange.Formats;

/// <summary>
/// Datumaro's JSON: <c>annotations/train.json</c> with items and their label annotations. A machine's label carries a
/// <c>score</c> attribute.
/// </summary>
internal sealed class DatumaroFormat : ExchangeFormat
{
    public override string Id => "datumaro";
    public override string Name => "Datumaro";
    public override string Description =>
        "One JSON document of items with labels, which Datumaro turns into many other formats.";
    public override ExchangeDetail Held =>
        ExchangeDetail.SeveralConcepts | ExchangeDetail.Scores | ExchangeDetail.Maker | ExchangeDetail.Unlabelled;

    public override Task WriteAsync(ExportContent content, ExportArchive archive, CancellationToken ct) =>
        archive.WriteJsonAsync(
            "annotations/train.json",
            async json =>
            {
                var numbers = content
                    .Concepts.Index()
                    .ToDictionary(c => c.Item.Id, c => c.Index, StringComparer.Ordinal);
                json.WriteStartObject();
                json.WriteStartObject("info");
                json.WriteEndObject();
                WriteCategories(json, content.Concepts);
                json.WriteStartArray("items");
                var id = 0;
                await foreach (var input in content.InputsAsync(ct))
                {
                    json.WriteStartObject();
                    json.WriteString("id", ArchiveNames.OfId(input.Id));
                    json.WriteStartArray("annotations");
                    foreach (var label in input.Labels.Where(l => l.Value))
                    {
                        json.WriteStartObject();
                        json.WriteNumber("id", ++id);
                        json.WriteString("type", "label");
                        json.WriteStartObject("attributes");
                        // A machine without a score says so by the highest one.
                        if (!label.Human)
                        {
                            json.WriteNumber("score", label.Score ?? 1);
                        }

                        json.WriteEndObject();
                        json.WriteNumber("group", 0);
                        json.WriteNumber("label_id", numbers[label.Concept]);
                        json.WriteEndObject();
                    }
                    json.WriteEndArray();
                    json.WriteStartObject("image");
                    json.WriteString("path", ArchiveNames.OfPicture(input));
                    json.WriteStartArray("size");
                    json.WriteNumberValue(input.Height);
                    json.WriteNumberValue(input.Width);
                    json.WriteEndArray();
                    json.WriteEndObject();
                    json.WriteEndObject();
                    await json.FlushWhenFullAsync(ct);
                }
                json.WriteEndArray();
                json.WriteEndObject();
            }
        );

    public override bool Recognises(ImportFiles files) => Files(files).Any();

    public override async IAsyncEnumerable<ImportedInput> ReadAsync(
        ImportFiles files,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        foreach (var path in Files(files).ToList())
        {
            var document = new JsonFile(files, path);
            var names = await document
                .ItemsAsync(["categories", "label", "labels"], ct)
                .Select(l => document.Keep(l.Text("name") ?? ""))
                .ToListAsync(ct);
            var number = 0;
            await foreach (var item in document.ItemsAsync(["items"], ct))
            {
                yield return Read(files, path, $"{path} item {++number}", item, names);
            }
        }
    }

    private static IEnumerable<string> Files(ImportFiles files) =>
        files
            .WithExtension(".json")
            .Where(p =>
                files.Head(p) is var head
                && head.Contains("\"categories\"", StringComparison.Ordinal)
                && head.Contains("\"attributes\"", StringComparison.Ordinal)
                && head.Contains("\"label\"", StringComparison.Ordinal)
                && !head.Contains("\"supercategory\"", StringComparison.Ordinal)
            );

    private static void WriteCategories(Utf8JsonWriter json, IReadOnlyList<ExchangeConcept> concepts)
    {
        json.WriteStartObject("categories");
        json.WriteStartObject("label");
        json.WriteStartArray("labels");
        foreach (var concept in concepts)
        {
            json.WriteStartObject();
            json.WriteString("name", concept.Id);
            json.WriteString("parent", "");
            json.WriteStartArray("attributes");
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("attributes");
        json.WriteStringValue("score");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static ImportedInput Read(
        ImportFiles files,
        string path,
        string where,
        JsonElement item,
        List<string> names
    )
    {
        if ((item.Member("image").Text("path") ?? item.Text("id")) is not { Length: > 0 } reference)
        {
            return ImportedInput.Refused(where, "The item has neither an id nor an image path.");
        }

        var tags =
            from annotation in item.Items("annotations")
            let number = annotation.Number("label_id")
            where number is >= 0 && number < names.Count && names[(int)number].Length > 0
            let score = annotation.Member("attributes").Number("score")
            select new ImportedTag(
                names[(int)number],
                Machine: score is not null,
                Score: score is >= 0 and <= 1 ? score : null
            );
        return new ImportedInput
        {
            Where = where,
            Id = ImportManifest.IsIn(files) && item.Text("id") is { } id ? ArchiveNames.ToId(id) : null,
            Reference = reference,
            Picture = files.Find(reference, path),
            Tags = [.. tags.DistinctBy(t => t.Label)],
        };
    }
}
