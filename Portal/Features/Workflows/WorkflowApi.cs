using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Jobs;
using Portal.Core.Domain.Users;
using Portal.Core.Domain.Workflows;
using Portal.Core.Services.Automation;
using Portal.Core.Services.Jobs;
using Portal.Core.Services.Models;
using Portal.Core.Services.Workflows;
using Portal.Features.Jobs;
using Portal.Shared.Access;
using Portal.Shared.Api;

namespace Portal.Features.Workflows;

/// <summary><c>workflows</c> and their versions</summary>
internal static class WorkflowApi
{
    public static void MapWorkflows(this IEndpointRouteBuilder routes)
    {
        var workflows = routes.MapGroup("/workflows").WithTags("Workflows");
        workflows.MapPost("", CreateAsync).Needs(Permission.ManageWorkflows).Named("PostWorkflows", "Create workflows");
        workflows
            .MapGet(
                "",
                async (ApiScope scope, ApiPage page, WorkflowService service, CancellationToken ct) =>
                    new WorkflowsResponse([
                        .. page.Of(await service.ListAsync(scope.AppId, ct))
                            .Select(w => WorkflowDto.Of(scope, w, w.Latest)),
                    ])
            )
            .Needs(Permission.See)
            .Named("ListWorkflows", "List the app's workflows");
        workflows
            .MapPatch("", ChangeAsync)
            .Needs(Permission.ManageWorkflows)
            .Named("PatchWorkflows", "Change workflows", "A changed graph becomes a new version; the old ones stay.");
        workflows
            .MapDelete("", DeleteManyAsync)
            .Needs(Permission.ManageWorkflows)
            .Named("DeleteWorkflows", "Delete workflows");
        workflows
            .MapGet(
                "/{workflow_id}",
                async (ApiScope scope, string workflow_id, WorkflowService service, CancellationToken ct) =>
                {
                    var workflow = await service.GetAsync(scope.AppId, workflow_id, ct);
                    return new WorkflowResponse(WorkflowDto.Of(scope, workflow, workflow.Latest));
                }
            )
            .Needs(Permission.See)
            .Named("GetWorkflow", "Get a workflow with its latest version");
        workflows
            .MapDelete(
                "/{workflow_id}",
                async (ApiScope scope, string workflow_id, WorkflowService service, CancellationToken ct) =>
                {
                    await service.DeleteAsync(scope.AppId, workflow_id, ct);
                    return new ApiResponse();
                }
            )
            .Needs(Permission.ManageWorkflows)
            .Named("DeleteWorkflow", "Delete a workflow");
        workflows
            .MapGet(
                "/{workflow_id}/versions",
                async (
                    ApiScope scope,
                    ApiPage page,
                    string workflow_id,
                    WorkflowService service,
                    CancellationToken ct
                ) =>
                {
                    var workflow = await service.GetAsync(scope.AppId, workflow_id, ct);
                    return new WorkflowVersionsResponse([
                        .. page.Of(workflow.Versions).Select(v => WorkflowVersionDto.Of(workflow, v)),
                    ]);
                }
            )
            .Needs(Permission.See)
            .Named("ListWorkflowVersions", "List a workflow's versions");
        workflows
            .MapGet(
                "/{workflow_id}/versions/{version_id}",
                async (
                    ApiScope scope,
                    string workflow_id,
                    string version_id,
                    WorkflowService service,
                    CancellationToken ct
                ) =>
                {
                    var version = await service.GetVersionAsync(scope.AppId, workflow_id, version_id, ct);
                    return new WorkflowVersionResponse(
                        WorkflowVersionDto.Of(await service.GetAsync(scope.AppId, workflow_id, ct), version)
                    );
                }
            )
            .Needs(Permission.See)
            .Named("GetWorkflowVersion", "Get a version of a workflow");
        workflows
            .MapPost("/{workflow_id}/backfill", BackfillAsync)
            .Needs(Permission.ManageWorkflows)
            .Named("BackfillWorkflow", "Run a workflow on the inputs that are there", "Runs as a job.");
    }

    private static async Task<WorkflowsResponse> CreateAsync(
        ApiScope scope,
        Body<WorkflowsRequest> body,
        WorkflowService service,
        CancellationToken ct
    )
    {
        var batch = await ApiBatch.RunAsync(
            ApiBatch.Items(body.Value.Workflows, body.Value.Workflow, "workflows", ApiLimits.MaxInputs),
            async wanted =>
            {
                var workflow = await service.CreateAsync(
                    scope.AppId,
                    scope.UserId,
                    wanted.Id,
                    wanted.Name,
                    Draft(wanted),
                    ct
                );
                return WorkflowDto.Of(scope, workflow, workflow.Latest);
            },
            (wanted, _) => wanted
        );
        return Answer(body.Value, batch);
    }

    /// <summary>A changed graph becomes a new version; the old ones stay.</summary>
    private static async Task<WorkflowsResponse> ChangeAsync(
        ApiScope scope,
        Body<WorkflowsRequest> body,
        WorkflowService service,
        CancellationToken ct
    )
    {
        if (ApiAction.Parse(body.Value.Action) == PatchAction.Remove)
        {
            throw new PortalException(
                StatusCode.WorkflowInvalidRequest,
                "Nodes are not removed one by one. Send the whole graph with overwrite; it becomes a new version.",
                "action"
            );
        }

        var batch = await ApiBatch.RunAsync(
            ApiBatch.Items(body.Value.Workflows, body.Value.Workflow, "workflows", ApiLimits.MaxInputs),
            async wanted =>
            {
                var workflow = await service.AddVersionAsync(
                    scope.AppId,
                    scope.UserId,
                    wanted.Id ?? "",
                    wanted.Name,
                    Draft(wanted),
                    ct
                );
                return WorkflowDto.Of(scope, workflow, workflow.Latest);
            },
            (wanted, _) => wanted
        );
        return Answer(body.Value, batch);
    }

    private static async Task<ApiResponse> DeleteManyAsync(
        ApiScope scope,
        Body<WorkflowsRequest> body,
        WorkflowService service,
        CancellationToken ct
    )
    {
        var batch = await ApiBatch.RunAsync(
            ApiBatch.Items(body.Value.Ids, null, "ids"),
            async id => (await service.DeleteAsync(scope.AppId, id, ct)).ExternalId,
            (id, _) => id
        );
        return new ApiResponse { Status = batch.Status };
    }

    private static async Task<JobResponse> BackfillAsync(
        ApiScope scope,
        string workflow_id,
        Body<BackfillRequest> body,
        WorkflowService service,
        JobService jobs,
        CancellationToken ct
    )
    {
        var version = await service.GetVersionAsync(scope.AppId, workflow_id, body.Value.WorkflowVersionId, ct);
        var job = await jobs.StartAsync(
            scope.AppId,
            scope.UserId,
            JobKinds.Backfill,
            $"Run {workflow_id} v{version.Number} on existing inputs",
            new BackfillJob.Parameters(version.Id),
            ct
        );
        return new JobResponse(JobDto.Of(job));
    }

    private static WorkflowsResponse Answer(WorkflowsRequest request, BatchOutcome<WorkflowDto> batch) =>
        new(batch.Items) { Status = batch.Status, Workflow = request.Workflows is null ? batch.Items[0] : null };

    private static IReadOnlyList<DraftNode> Draft(WorkflowDto wanted)
    {
        // A workflow without nodes is refused where graphs are checked, with the code for it.
        if (wanted.Nodes is null or { Count: 0 })
        {
            return [];
        }

        return
        [
            .. ApiBatch
                .Items(wanted.Nodes, null, "nodes")
                .Select(
                    (node, i) =>
                        new DraftNode(
                            node.Id is { Length: > 0 } id ? id : throw Missing($"nodes[{i}].id"),
                            node.Model?.Id is { Length: > 0 } modelId ? modelId : throw Missing($"nodes[{i}].model.id"),
                            node.Model.ModelVersion?.Id is { Length: > 0 } versionId ? versionId : null,
                            node.NodeInputs is { Count: > 0 } inputs
                                ?
                                [
                                    .. ApiBatch
                                        .Items(inputs, null, $"nodes[{i}].node_inputs")
                                        .Select(input =>
                                            input.NodeId ?? throw Missing($"nodes[{i}].node_inputs.node_id")
                                        ),
                                ]
                                : []
                        )
                ),
        ];
    }

    private static PortalException Missing(string field) =>
        new(StatusCode.WorkflowInvalidRequest, $"'{field}' is missing.", field);
}
