using System.Runtime.CompilerServices;
using System.Text.Json;
using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Exchange;
using Portal.Core.Services.Exchange.Export;
using Portal.Core.Services.Exchange.Import;

namespace Portal.Core.Services.Exchange.Formats;

/// <summary>
/// Label Studio's JSON: a list of tasks whose <c>choices</c> are the concepts. What is settled is an annotation; what
/// waits is a prediction with its score, and a prediction comes in as a tag that waits. Boxes that come in say that
/// their label is on the picture.
/// </summary>
internal sealed class LabelStudioFormat : ExchangeFormat
{
    private const string Model = "portal";

    public override string Id => "labelstudio";
    public override string Name => "Label Studio";
    public override string Description => "A list of tasks with choices; what waits for review is a prediction.";
    public override ExchangeDetail Held =>
        ExchangeDetail.SeveralConcepts | ExchangeDetail.Waiting | ExchangeDetail.Unlabelled | ExchangeDetail.InputIds;

    public override Task WriteAsync(ExportContent content, ExportArchive archive, CancellationToken ct) =>
        archive.WriteJsonAsync(
            "tasks.json",
            async json =>
            {
                json.WriteStartArray();
                var id = 0;
                await foreach (var input in content.InputsAsync(ct))
                {
                    WriteTask(json, ++id, input);
                    await json.FlushWhenFullAsync(ct);
                }
                json.WriteEndArray();
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
            ?? throw new PortalException(StatusCode.InvalidRequest, "There is no list of Label Studio tasks in it.");
        var tasks = new JsonFile(files, path);
        await tasks.CheckAsync(ct);
        var number = 0;
        await foreach (var task in tasks.ItemsAsync([], ct))
        {
            yield return Read(files, path, $"task {++number}", task);
        }
    }

    private static string? File(ImportFiles files) =>
        files.First(
            ".json",
            head =>
                head.TrimStart('\uFEFF', ' ', '\n', '\r', '\t').StartsWith('[')
                && head.Contains("\"data\"", StringComparison.Ordinal)
        );

    private static void WriteTask(Utf8JsonWriter json, int id, ExchangeInput input)
    {
        json.WriteStartObject();
        json.WriteNumber("id", id);
        json.WriteStartObject("data");
        json.WriteString("image", ExportContent.ReferenceTo(input));
        json.WriteString("input_id", input.Id);
        json.WriteEndObject();
        json.WriteStartArray("annotations");
        if (input.Labels.Count > 0)
        {
            json.WriteStartObject();
            WriteResult(json, input.Labels.Where(l => l.Value).Select(l => l.Concept));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("predictions");
        foreach (var tag in input.Annotations.Where(a => a.Value && AnnotationStatuses.IsWaiting((StatusCode)a.Status)))
        {
            json.WriteStartObject();
            json.WriteString("model_version", tag.Workflow is null ? Model : $"{tag.Workflow} v{tag.WorkflowVersion}");
            if (tag.Score is { } score)
            {
                json.WriteNumber("score", score);
            }

            WriteResult(json, [tag.Concept]);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter json, IEnumerable<string> choices)
    {
        json.WriteStartArray("result");
        if (choices.ToList() is { Count: > 0 } chosen)
        {
            json.WriteStartObject();
            json.WriteString("id", "r1");
            json.WriteString("from_name", "choice");
            json.WriteString("to_name", "image");
            json.WriteString("type", "choices");
            json.WriteStartObject("value");
            json.WriteStartArray("choices");
            foreach (var choice in chosen)
            {
                json.WriteStringValue(choice);
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static ImportedInput Read(ImportFiles files, string path, string where, JsonElement task)
    {
        var data = task.Member("data");
        // The field that holds the picture is the project's to name.
        var reference =
            data.Text("image")
            ?? (
                data.ValueKind == JsonValueKind.Object
                    ? data.EnumerateObject()
                        .Where(p => p.Value.ValueKind == JsonValueKind.String)
                        .Select(p => p.Value.Words())
                        .FirstOrDefault(ImportFiles.IsPicture)
                    : null
            );
        if (reference is null)
        {
            return ImportedInput.Refused(where, "The task names no image in its data.");
        }

        var labels = task.Items("annotations")
            .Where(a => a.Member("was_cancelled").ValueKind != JsonValueKind.True)
            .SelectMany(Labels)
            .Distinct()
            .Select(l => new ImportedTag(l));
        var predictions = task.Items("predictions")
            .SelectMany(p =>
                Labels(p)
                    .Distinct()
                    .Select(l => new ImportedTag(
                        l,
                        Machine: true,
                        Status: StatusCode.AnnotationPending,
                        Score: p.Number("score") is >= 0 and <= 1 and var score ? score : null
                    ))
            );
        return new ImportedInput
        {
            Where = where,
            Id = data.Text("input_id"),
            Reference = reference,
            Picture = files.Find(reference, path),
            Tags = [.. labels, .. predictions],
        };
    }

    private static IEnumerable<string> Labels(JsonElement said) =>
        from result in said.Items("result")
        let value = result.Member("value")
        from label in value.Items(result.Text("type") ?? "choices")
        where label.ValueKind == JsonValueKind.String
        select label.Words();
}
