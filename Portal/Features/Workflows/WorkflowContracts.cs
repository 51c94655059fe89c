using Portal.Core.Domain.Workflows;
using Portal.Features.Inputs;
using Portal.Features.Models;
using Portal.Shared.Api;

namespace Portal.Features.Workflows;

internal sealed record WorkflowDto
{
    public string? Id { get; init; }
    public string? Name { get; init; }
    public string? AppId { get; init; }
    public string? UserId { get; init; }
    public IReadOnlyList<NodeDto?>? Nodes { get; init; }
    public WorkflowVersionDto? Version { get; init; }
    public DateTime? CreatedAt { get; init; }
    public DateTime? ModifiedAt { get; init; }

    /// <summary>With the nodes of one version.</summary>
    public static WorkflowDto Of(ApiScope scope, WorkflowView view, WorkflowVersionView version) =>
        new()
        {
            Id = view.Workflow.ExternalId,
            Name = view.Workflow.Name,
            AppId = scope.App.ExternalId,
            UserId = scope.OwnerId,
            Nodes = [.. version.Nodes.Select(NodeDto.Of)],
            Version = WorkflowVersionDto.Of(view, version) with { Nodes = null },
            CreatedAt = view.Workflow.CreatedAt,
            ModifiedAt = view.Workflow.ModifiedAt,
        };
}

internal sealed record WorkflowVersionDto
{
    public string? Id { get; init; }
    public int? Number { get; init; }
    public string? WorkflowId { get; init; }

    /// <summary>Whether every new input runs this version.</summary>
    public bool? IsDefault { get; init; }

    public IReadOnlyList<NodeDto>? Nodes { get; init; }
    public DateTime? CreatedAt { get; init; }

    public static WorkflowVersionDto Of(WorkflowView view, WorkflowVersionView version) =>
        new()
        {
            Id = version.ExternalId,
            Number = version.Number,
            WorkflowId = view.Workflow.ExternalId,
            IsDefault = version.IsDefault,
            Nodes = [.. version.Nodes.Select(NodeDto.Of)],
            CreatedAt = version.CreatedAt,
        };
}

internal sealed record NodeDto
{
    public string? Id { get; init; }
    public ModelDto? Model { get; init; }
    public IReadOnlyList<NodeInputDto?>? NodeInputs { get; init; }

    public static NodeDto Of(NodeView node) =>
        new()
        {
            Id = node.Id,
            Model = new ModelDto
            {
                Id = node.ModelId,
                Name = node.ModelName,
                ModelTypeId = node.ModelTypeId,
                ModelVersion = new ModelVersionDto { Id = node.ModelVersionId, Number = node.ModelVersionNumber },
            },
            NodeInputs = [.. node.InputIds.Select(id => new NodeInputDto { NodeId = id })],
        };
}

internal sealed record NodeInputDto
{
    public string? NodeId { get; init; }
}

internal sealed record WorkflowsRequest
{
    public string? Action { get; init; }
    public IReadOnlyList<WorkflowDto?>? Workflows { get; init; }
    public WorkflowDto? Workflow { get; init; }
    public IReadOnlyList<string?>? Ids { get; init; }
}

internal sealed record BackfillRequest
{
    /// <summary>The version to run; the latest without one.</summary>
    public string? WorkflowVersionId { get; init; }
}

internal sealed record WorkflowsResponse(IReadOnlyList<WorkflowDto> Workflows) : ApiResponse
{
    /// <summary>The workflow of a request that spoke of one.</summary>
    public WorkflowDto? Workflow { get; init; }
}

internal sealed record WorkflowResponse(WorkflowDto Workflow) : ApiResponse;

internal sealed record WorkflowVersionsResponse(IReadOnlyList<WorkflowVersionDto> WorkflowVersions) : ApiResponse;

internal sealed record WorkflowVersionResponse(WorkflowVersionDto WorkflowVersion) : ApiResponse;

internal sealed record ResultsResponse(WorkflowDto Workflow, IReadOnlyList<ResultDto> Results) : ApiResponse;

/// <summary>What a workflow says of one input: an output for each node, in the workflow's order.</summary>
internal sealed record ResultDto(ApiStatus Status, InputDto Input, IReadOnlyList<OutputDto> Outputs)
{
    public string? Id { get; init; }
}
