using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Exchange;
using Portal.Core.Services.Exchange.Export;
using Portal.Core.Services.Exchange.Import;

namespace Portal.Core.Services.Exchange.Formats;

/// <summary>
/// SageMaker Ground Truth's augmented manifest: a JSON line a picture with <c>source-ref</c>, an attribute with the
/// number of its class, or a list of them, and <c>ATTRIBUTE-metadata</c> with the classes' names, how sure a machine
/// was, and whether it was a person.
/// </summary>
internal sealed class SageMakerFormat : ExchangeFormat
{
    private const string FileName = "output.manifest";
    private const string Attribute = "concept";
    private const string Metadata = "-metadata";
    private const string Single = "groundtruth/image-classification";
    private const string Multiple = Single + "-multilabel";

    public override string Id => "sagemaker";
    public override string Name => "SageMaker Ground Truth";
    public override string Description =>
        "An augmented manifest for image classification. Its paths are those of the export: put your bucket's s3:// "
        + "address before them.";
    public override ExchangeDetail Held =>
        ExchangeDetail.SeveralConcepts | ExchangeDetail.Scores | ExchangeDetail.Maker | ExchangeDetail.Unlabelled;
    public override int Passes => 2;

    public override async Task WriteAsync(ExportContent content, ExportArchive archive, CancellationToken ct)
    {
        var numbers = content.Concepts.Index().ToDictionary(c => c.Item.Id, c => c.Index, StringComparer.Ordinal);
        // A manifest is of one kind: as soon as one picture has several labels, every line has a list of them.
        var hasSeveral = await content.InputsAsync(ct).AnyAsync(input => input.Labels.Count(l => l.Value) > 1, ct);
        await archive.WriteTextAsync(
            FileName,
            async writer =>
            {
                await foreach (var input in content.InputsAsync(ct))
                {
                    var labels = input.Labels.Where(l => l.Value).ToList();
                    var line = new JsonObject { ["source-ref"] = ExportContent.ReferenceTo(input) };
                    if (labels.Count > 0)
                    {
                        line[Attribute] = hasSeveral
                            ? new JsonArray([.. labels.Select(l => JsonValue.Create(numbers[l.Concept]))])
                            : numbers[labels[0].Concept];
                        line[Attribute + Metadata] = hasSeveral
                            ? OfSeveral(input, labels, numbers)
                            : OfOne(input, labels[0]);
                    }
                    await writer.WriteLineAsync(line.ToJsonString(ExchangeJson.Options));
                }
            }
        );
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
                "There is no manifest of SageMaker in it: JSON Lines with source-ref."
            );
        await foreach (var (number, line) in BoundedLines.ReadAsync(files.Open(path), ct))
        {
            yield return Read(files, path, $"line {number}", line);
        }
    }

    private static string? File(ImportFiles files) =>
        files.FirstJsonLines("source-ref", ".manifest", ".jsonl", ".json");

    private static JsonObject OfOne(ExchangeInput input, ExchangeLabel label) =>
        Described(
            new JsonObject { ["class-name"] = label.Concept, ["confidence"] = label.Score ?? 1 },
            input,
            label.Human,
            Single
        );

    /// <summary>Where people and a machine both spoke, only the machine's classes have a confidence.</summary>
    private static JsonObject OfSeveral(
        ExchangeInput input,
        List<ExchangeLabel> labels,
        Dictionary<string, int> numbers
    )
    {
        var (names, confidences, isHuman) = (new JsonObject(), new JsonObject(), labels.TrueForAll(l => l.Human));
        foreach (var label in labels)
        {
            var number = numbers[label.Concept].ToString(CultureInfo.InvariantCulture);
            names[number] = label.Concept;
            if (isHuman || !label.Human)
            {
                confidences[number] = label.Score ?? 1;
            }
        }
        return Described(
            new JsonObject { ["class-map"] = names, ["confidence-map"] = confidences },
            input,
            isHuman,
            Multiple
        );
    }

    private static JsonObject Described(JsonObject metadata, ExchangeInput input, bool isHuman, string type)
    {
        metadata["human-annotated"] = isHuman ? "yes" : "no";
        metadata["creation-date"] = input
            .Annotations.Select(a => a.CreatedAt)
            .Append(input.CreatedAt)
            .Max()
            .ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
        metadata["job-name"] = "labeling-job/" + Attribute;
        metadata["type"] = type;
        return metadata;
    }

    private static ImportedInput Read(ImportFiles files, string path, string where, string line)
    {
        try
        {
            var read = JsonElement.Parse(line);
            if (read.Text("source-ref") is not { Length: > 0 } source)
            {
                return ImportedInput.Refused(where, "The line has no source-ref.");
            }

            return new ImportedInput
            {
                Where = where,
                Reference = source,
                Picture = files.FindInBucket(source, "s3://", path),
                Tags =
                [
                    .. read.EnumerateObject()
                        .SelectMany(p => Tags(p, read.Member(p.Name + Metadata)))
                        .DistinctBy(t => (t.Label, t.Machine)),
                ],
            };
        }
        catch (JsonException e)
        {
            return ImportedInput.Refused(where, $"The line is no valid JSON: {e.Message}");
        }
    }

    /// <summary>What an attribute says; nothing if it is none that classifies.</summary>
    private static IEnumerable<ImportedTag> Tags(JsonProperty attribute, JsonElement metadata)
    {
        if (metadata.Text("type")?.StartsWith(Single, StringComparison.Ordinal) is not true)
        {
            return [];
        }

        var byMachine = metadata.Text("human-annotated") == "no";
        if (metadata.Text("class-name") is { Length: > 0 } name)
        {
            return [Tag(name, byMachine, metadata.Number("confidence"))];
        }

        var confidences = metadata.Member("confidence-map");
        return from number in attribute.Value.ValueKind == JsonValueKind.Array ? attribute.Value.EnumerateArray() : []
            let key = number.GetRawText()
            let label = metadata.Member("class-map").Text(key)
            where label?.Length > 0
            let confidence = confidences.Number(key)
            select Tag(
                label,
                byMachine && (confidence is not null || confidences.ValueKind != JsonValueKind.Object),
                confidence
            );
    }

    private static ImportedTag Tag(string label, bool byMachine, double? confidence) =>
        new(label, Machine: byMachine, Score: byMachine && confidence is >= 0 and <= 1 ? confidence : null);
}
