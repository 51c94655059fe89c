using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Ids;
using Portal.Core.Domain.Users;
using Portal.Core.Domain.Workflows;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Services.Runs;
using Portal.Core.Services.Workflows;
using Portal.Features.Inputs;
using Portal.Features.Models;
using Portal.Shared.Access;
using Portal.Shared.Api;

namespace Portal.Features.Workflows;

/// <summary>
/// <c>workflows/{id}/results</c>: what a workflow says of pictures. Nothing is written, whatever its nodes are.
/// </summary>
internal static class WorkflowResultApi
{
    public static void MapWorkflowResults(this IEndpointRouteBuilder routes)
    {
        var workflows = routes.MapGroup("/workflows/{workflow_id}").WithTags("Workflows");
        workflows
            .MapPost(
                "/results",
                (
                    ApiScope scope,
                    string workflow_id,
                    Body<InputsRequest> body,
                    WorkflowService service,
                    RunService runs,
                    ModelWriter models,
                    PictureSource pictures,
                    IdGenerator ids,
                    TimeProvider clock,
                    CancellationToken ct
                ) => RunAsync(scope, workflow_id, null, body, service, runs, models, pictures, ids, clock, ct)
            )
            .Needs(Permission.See)
            .Named(
                "PostWorkflowResults",
                "Try a workflow on images",
                "Writes nothing, whatever the nodes of the workflow are."
            );
        workflows
            .MapPost("/versions/{version_id}/results", RunAsync)
            .Needs(Permission.See)
            .Named(
                "PostWorkflowVersionResults",
                "Try a version of a workflow on images",
                "Writes nothing, whatever the nodes of the workflow are."
            );
    }

    private static async Task<ResultsResponse> RunAsync(
        ApiScope scope,
        string workflow_id,
        string? version_id,
        Body<InputsRequest> body,
        WorkflowService service,
        RunService runs,
        ModelWriter models,
        PictureSource pictures,
        IdGenerator ids,
        TimeProvider clock,
        CancellationToken ct
    )
    {
        var version = await service.GetVersionAsync(scope.AppId, workflow_id, version_id, ct);
        var workflow = await service.GetAsync(scope.AppId, workflow_id, ct);
        var known = await models.ConceptsAsync(scope, ct);
        var past = await runs.PastAsync(version.Id, ct);
        var batch = await ApiBatch.RunAsync(
            ApiBatch.Items(body.Value.Inputs, body.Value.Input, "inputs", ApiLimits.MaxResultInputs),
            async wanted =>
            {
                var picture = await pictures.EmbedAsync(scope, wanted, past, ct);
                var outcome = picture.Input is { } input
                    ? (await runs.DryRunAsync(version.Id, input, ct)).Outcome
                    : await runs.DryRunAsync(version.Id, picture.InputId, picture.Vector, ct, picture.Past);
                return new ResultDto(
                    ApiStatus.Ok,
                    PictureSource.Echo(wanted),
                    [.. outcome.Nodes.Select((trace, i) => Output(version.Nodes[i], trace))]
                )
                {
                    Id = ids.NewId(),
                };
            },
            (wanted, status) => new ResultDto(status, PictureSource.Echo(wanted), [])
        );
        return new ResultsResponse(WorkflowDto.Of(scope, workflow, version), batch.Items) { Status = batch.Status };

        OutputDto Output(NodeView node, NodeTrace trace)
        {
            var model = NodeDto.Of(node).Model!;
            return new OutputDto
            {
                Id = ids.NewId(),
                Status = ApiStatus.Ok,
                CreatedAt = clock.GetUtcNow().UtcDateTime,
                Model = model with
                {
                    ModelVersion = model.ModelVersion! with { Status = ApiStatus.Of(StatusCode.ModelTrained) },
                },
                Data = ModelWriter.Write(scope, trace.Out, known),
            };
        }
    }
}
