using System.Runtime.CompilerServices;
using System.Text.Json;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Exchange;
using Portal.Core.Services.Exchange.Export;
using Portal.Core.Services.Exchange.Import;

namespace Portal.Core.Services.Exchange.Formats;

/// <summary>
/// FiftyOne's image classification dataset: pictures in <c>data/</c>, and <c>labels.json</c> with the classes and, by a
/// picture's name without extension, a class number, null, an object with a <c>confidence</c>, or a list of these. A
/// machine's label has a confidence.
/// </summary>
internal sealed class FiftyOneFormat : ExchangeFormat
{
    private const string FileName = "labels.json";

    public override string Id => "fiftyone";
    public override string Name => "FiftyOne classification";
    public override string Description => "Pictures with one labels.json, as FiftyOne imports classification datasets.";
    public override ExchangeDetail Held =>
        ExchangeDetail.SeveralConcepts | ExchangeDetail.Scores | ExchangeDetail.Maker | ExchangeDetail.Unlabelled;
    public override bool NeedsPictures => true;
    public override int Passes => 2;

    public override async Task WriteAsync(ExportContent content, ExportArchive archive, CancellationToken ct)
    {
        await archive.WriteJsonAsync(
            FileName,
            async json =>
            {
                var numbers = content
                    .Concepts.Index()
                    .ToDictionary(c => c.Item.Id, c => c.Index, StringComparer.Ordinal);
                json.WriteStartObject();
                json.WriteStartArray("classes");
                foreach (var concept in content.Concepts)
                {
                    json.WriteStringValue(concept.Id);
                }

                json.WriteEndArray();
                json.WriteStartObject("labels");
                await foreach (var input in content.InputsAsync(ct))
                {
                    if (input.Image is null)
                    {
                        continue;
                    }

                    json.WritePropertyName(ArchiveNames.OfId(input.Id));
                    WriteLabels(json, [.. input.Labels.Where(l => l.Value)], numbers);
                    await json.FlushWhenFullAsync(ct);
                }
                json.WriteEndObject();
                json.WriteEndObject();
            }
        );
        await foreach (var input in content.InputsAsync(ct))
        {
            if (input.Image is not null)
            {
                await archive.WritePictureAsync(
                    $"data/{ArchiveNames.OfPicture(input)}",
                    content.OpenPicture(input),
                    ct
                );
            }
        }
    }

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
                $"There is no {FileName} with classes and labels in it."
            );
        var document = new JsonFile(files, path);
        var classes = await document
            .ItemsAsync(["classes"], ct)
            .Select(c => document.Keep(c.ValueKind == JsonValueKind.String ? c.Words() : ""))
            .ToListAsync(ct);
        await foreach (var (name, said) in document.PropertiesAsync(["labels"], ct))
        {
            var values = said.ValueKind == JsonValueKind.Array ? said.EnumerateArray().ToList() : [said];
            yield return new ImportedInput
            {
                Where = name,
                Reference = name,
                Picture = files.Find(name, path) ?? files.PictureCalled(ImportFiles.NameOf(name)),
                Tags = [.. values.Select(v => Tag(v, classes)).OfType<ImportedTag>().DistinctBy(t => t.Label)],
            };
        }
    }

    private static string? File(ImportFiles files) =>
        files.First(".json", head => head.Contains("\"classes\"", StringComparison.Ordinal));

    private static void WriteLabels(Utf8JsonWriter json, List<ExchangeLabel> labels, Dictionary<string, int> numbers)
    {
        if (labels.Count == 0)
        {
            json.WriteNullValue();
        }

        if (labels.Count > 1)
        {
            json.WriteStartArray();
        }

        foreach (var label in labels)
        {
            if (label.Human)
            {
                json.WriteNumberValue(numbers[label.Concept]);
                continue;
            }
            json.WriteStartObject();
            json.WriteNumber("label", numbers[label.Concept]);
            json.WriteNumber("confidence", label.Score ?? 1);
            json.WriteStartObject("attributes");
            json.WriteEndObject();
            json.WriteEndObject();
        }
        if (labels.Count > 1)
        {
            json.WriteEndArray();
        }
    }

    private static ImportedTag? Tag(JsonElement value, List<string> classes)
    {
        var given = value.ValueKind == JsonValueKind.Object ? value.Member("label") : value;
        var name = given.ValueKind switch
        {
            JsonValueKind.Number when given.TryGetInt32(out var number) && number >= 0 && number < classes.Count =>
                classes[number],
            JsonValueKind.String => given.Words(),
            _ => null,
        };
        var confidence = value.Number("confidence");
        return string.IsNullOrEmpty(name)
            ? null
            : new ImportedTag(
                name,
                Machine: confidence is not null,
                Score: confidence is >= 0 and <= 1 ? confidence : null
            );
    }
}
