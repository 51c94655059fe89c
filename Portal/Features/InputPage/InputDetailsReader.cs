using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Runs;
using Portal.Core.Services.Annotations;
using Portal.Core.Services.Concepts;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Runs;
using Portal.Core.Services.Videos;

namespace Portal.Features.InputPage;

/// <summary>Gathers what an input's page shows.</summary>
public sealed class InputDetailsReader(
    InputService inputs,
    ConceptService concepts,
    AnnotationService annotations,
    DecisionService decisions,
    RunService runs,
    WorkflowCatalog workflows,
    VideoService videos
)
{
    public async Task<InputDetails> ReadAsync(long appId, string inputId, CancellationToken ct)
    {
        var input = await inputs.GetAsync(appId, inputId, ct);
        var ran = new List<InputRun>();
        foreach (var run in await runs.OfInputAsync(input.Id, ct))
        {
            var workflow = await workflows.GetAsync(run.WorkflowVersionId, ct);
            ran.Add(
                new InputRun(
                    run.WorkflowVersionId,
                    $"{workflow.Workflow.ExternalId} v{workflow.Version.Number}",
                    run.FinishedAt,
                    run.Error
                )
            );
        }
        return new InputDetails(
            input,
            await concepts.ListAsync(appId, ct),
            [.. (await annotations.OfInputsAsync([input.Id], ct))[input.Id]],
            await decisions.HistoryAsync(input.Id, ct),
            ran,
            await videos.OfAsync(input, ct)
        );
    }
}
