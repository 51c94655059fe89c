using Portal.Core.Domain.Workflows;
using Portal.Features.Inputs;
using Portal.Features.Models;
using Portal.Shared.Api;

namespace Portal.Features.Workflows;

internal sealed record WorkflowWire
{
    public string? Id { get; init; }
    public string? Name { get; init; }
    public string? AppId { get; init; }
    public string? UserId { get; init; }
    public IReadOnlyList<NodeWire?>? Nodes { get; init; }
    public WorkflowVersionWire? Version { get; init; }
    public DateTime? CreatedAt { get; init; }
    public DateTime? ModifiedAt { get; init; }

    /// <summary>With the nodes of one version.</summary>
    public static WorkflowWire Of(ApiScope scope, WorkflowView view, WorkflowVersionView version) =>
        new()
        {
            Id = view.Workflow.ExternalId,
            Name = view.Workflow.Name,
            AppId = scope.App.ExternalId,
            UserId = scope.OwnerId,
            Nodes = [.. version.Nodes.Select(NodeWire.Of)],
            Version = WorkflowVersionWire.Of(view, version) with { Nodes = null },
            CreatedAt = view.Workflow.CreatedAt,
            ModifiedAt = view.Workflow.ModifiedAt,
        };
}

internal sealed record WorkflowVersionWire
{
    public string? Id { get; init; }
    public int? Number { get; init; }
    public string? WorkflowId { get; init; }

    /// <summary>Whether every new input runs this version.</summary>
    public bool? IsDefault { get; init; }

    public IReadOnlyList<NodeWire>? Nodes { get; init; }
    public DateTime? CreatedAt { get; init; }

    public static WorkflowVersionWire Of(WorkflowView view, WorkflowVersionView version) =>
        new()
        {
            Id = version.ExternalId,
            Number = version.Number,
            WorkflowId = view.Workflow.ExternalId,
            IsDefault = version.IsDefault,
            Nodes = [.. version.Nodes.Select(NodeWire.Of)],
            CreatedAt = version.CreatedAt,
        };
}

internal sealed record NodeWire
{
    public string? Id { get; init; }
    public ModelWire? Model { get; init; }
    public IReadOnlyList<NodeInputWire?>? NodeInputs { get; init; }

    public static NodeWire Of(NodeView node) =>
        new()
        {
            Id = node.Id,
            Model = new ModelWire
            {
                Id = node.ModelId,
                Name = node.ModelName,
                ModelTypeId = node.ModelTypeId,
                ModelVersion = new ModelVersionWire { Id = node.ModelVersionId, Number = node.ModelVersionNumber },
            },
            NodeInputs = [.. node.InputIds.Select(id => new NodeInputWire { NodeId = id })],
        };
}

internal sealed record NodeInputWire
{
    public string? NodeId { get; init; }
}

internal sealed record WorkflowsRequest
{
    public string? Action { get; init; }
    public IReadOnlyList<WorkflowWire?>? Workflows { get; init; }
    public WorkflowWire? Workflow { get; init; }
    public IReadOnlyList<string?>? Ids { get; init; }
}

internal sealed record BackfillRequest
{
    /// <summary>The version to run; the latest without one.</summary>
    public string? WorkflowVersionId { get; init; }
}

internal sealed record WorkflowsResponse(IReadOnlyList<WorkflowWire> Workflows) : ApiResponse
{
    /// <summary>The workflow of a request that spoke of one.</summary>
    public WorkflowWire? Workflow { get; init; }
}

internal sealed record WorkflowResponse(WorkflowWire Workflow) : ApiResponse;

internal sealed record WorkflowVersionsResponse(IReadOnlyList<WorkflowVersionWire> WorkflowVersions) : ApiResponse;

internal sealed record WorkflowVersionResponse(WorkflowVersionWire WorkflowVersion) : ApiResponse;

internal sealed record ResultsResponse(WorkflowWire Workflow, IReadOnlyList<ResultWire> Results) : ApiResponse;

/// <summary>What a workflow says of one input: an output for each node, in the workflow's order.</summary>
internal sealed record ResultWire(ApiStatus Status, InputWire Input, IReadOnlyList<OutputWire> Outputs)
{
    public string? Id { get; init; }
}
