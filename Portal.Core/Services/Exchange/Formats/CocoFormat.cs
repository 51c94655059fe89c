using System.Runtime.CompilerServices;
using System.Text.Json;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Exchange;
using Portal.Core.Services.Exchange.Export;
using Portal.Core.Services.Exchange.Import;

namespace Portal.Core.Services.Exchange.Formats;

/// <summary>
/// COCO: <c>annotations/labels.json</c> with images, categories, and annotations that join the two. Tags of whole
/// pictures have no box; a box that comes in says that its category is on the picture. A machine's label carries a
/// <c>score</c>, as in COCO's results.
/// </summary>
internal sealed class CocoFormat : ExchangeFormat
{
    public override string Id => "coco";
    public override string Name => "COCO";
    public override string Description =>
        "One JSON document of images, categories and annotations; tags of whole pictures, without boxes.";
    public override ExchangeDetail Held =>
        ExchangeDetail.SeveralConcepts
        | ExchangeDetail.Scores
        | ExchangeDetail.Maker
        | ExchangeDetail.Unlabelled
        | ExchangeDetail.InputIds;
    public override int Passes => 2;

    public override Task WriteAsync(ExportContent content, ExportArchive archive, CancellationToken ct) =>
        archive.WriteJsonAsync(
            "annotations/labels.json",
            async json =>
            {
                json.WriteStartObject();
                json.WriteStartObject("info");
                json.WriteEndObject();
                json.WriteStartArray("licenses");
                json.WriteEndArray();
                WriteCategories(json, content.Concepts);
                await WriteImagesAsync(json, content, ct);
                await WriteAnnotationsAsync(json, content, ct);
                json.WriteEndObject();
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
                "There is no COCO document in it: a JSON object with images, annotations and categories."
            );
        var document = new JsonFile(files, path);
        var annotations = await CocoAnnotations.ReadAsync(document, ct);
        var number = 0;
        await foreach (var image in document.ItemsAsync(["images"], ct))
        {
            var where = $"image {++number}";
            if (
                image.Text("id") is not { } id
                || (image.Text("file_name") ?? image.Text("coco_url")) is not { } reference
            )
            {
                yield return ImportedInput.Refused(where, "The image has no id or no file_name.");
                continue;
            }
            yield return new ImportedInput
            {
                Where = where,
                Id = image.Text("input_id"),
                Reference = reference,
                Picture = files.Find(reference, path),
                Tags =
                [
                    .. annotations
                        .Of(id)
                        .Select(t => new ImportedTag(
                            t.Label,
                            Machine: t.Score is not null,
                            Score: t.Score is >= 0 and <= 1 ? t.Score : null
                        )),
                ],
            };
        }
        await foreach (var stray in annotations.OfUnknownImagesAsync(ct))
        {
            yield return ImportedInput.Refused(
                $"annotations of image {Text.Shown(stray)}",
                "There is no image with that id in the document."
            );
        }
    }

    private static string? File(ImportFiles files) =>
        files.First(
            ".json",
            head =>
                head.TrimStart('\uFEFF', ' ', '\n', '\r', '\t').StartsWith('{')
                && (
                    head.Contains("\"images\"", StringComparison.Ordinal)
                    || head.Contains("\"image_id\"", StringComparison.Ordinal)
                    || (
                        head.Contains("\"supercategory\"", StringComparison.Ordinal)
                        && head.Contains("\"categories\"", StringComparison.Ordinal)
                    )
                )
        );

    private static void WriteCategories(Utf8JsonWriter json, IReadOnlyList<ExchangeConcept> concepts)
    {
        json.WriteStartArray("categories");
        foreach (var (index, concept) in concepts.Index())
        {
            json.WriteStartObject();
            json.WriteNumber("id", index + 1);
            json.WriteString("name", concept.Id);
            json.WriteString("supercategory", "");
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static async Task WriteImagesAsync(Utf8JsonWriter json, ExportContent content, CancellationToken ct)
    {
        json.WriteStartArray("images");
        var id = 0;
        await foreach (var input in content.InputsAsync(ct))
        {
            json.WriteStartObject();
            json.WriteNumber("id", ++id);
            json.WriteString("file_name", ImportFiles.NameOf(ExportContent.ReferenceTo(input)));
            json.WriteNumber("width", input.Width);
            json.WriteNumber("height", input.Height);
            json.WriteString("input_id", input.Id);
            json.WriteEndObject();
            await json.FlushWhenFullAsync(ct);
        }
        json.WriteEndArray();
    }

    private static async Task WriteAnnotationsAsync(Utf8JsonWriter json, ExportContent content, CancellationToken ct)
    {
        var categories = content
            .Concepts.Index()
            .ToDictionary(c => c.Item.Id, c => c.Index + 1, StringComparer.Ordinal);
        json.WriteStartArray("annotations");
        var (imageId, id) = (0, 0);
        await foreach (var input in content.InputsAsync(ct))
        {
            imageId++;
            foreach (var label in input.Labels.Where(l => l.Value))
            {
                json.WriteStartObject();
                json.WriteNumber("id", ++id);
                json.WriteNumber("image_id", imageId);
                json.WriteNumber("category_id", categories[label.Concept]);
                // A machine without a score says so by the highest one.
                if (!label.Human)
                {
                    json.WriteNumber("score", label.Score ?? 1);
                }

                json.WriteEndObject();
            }
            await json.FlushWhenFullAsync(ct);
        }
        json.WriteEndArray();
    }
}
