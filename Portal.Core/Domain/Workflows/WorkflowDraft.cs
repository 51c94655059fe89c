using Portal.Core.Domain.Models;

namespace Portal.Core.Domain.Workflows;

/// <summary>A node as people and clients give it.</summary>
/// <param name="Id">Unique in its workflow.</param>
/// <param name="ModelId">A model of the app, or a built-in type's id such as <c>visual-embedder</c>.</param>
/// <param name="ModelVersionId">A version of it, or null for the latest trained one at the time of saving.</param>
/// <param name="Settings">Settings that the model does not have yet: saving makes a new version of it with them. Only
/// for types without training.</param>
public sealed record DraftNode(
    string Id,
    string ModelId,
    string? ModelVersionId,
    IReadOnlyList<string> InputIds,
    OutputDraft? Settings = null
);

/// <summary>A workflow with its versions, newest first.</summary>
public sealed record WorkflowView(Workflow Workflow, IReadOnlyList<WorkflowVersionView> Versions)
{
    public WorkflowVersionView Latest => Versions[0];
}

/// <summary>A version with its nodes by the ids people see.</summary>
public sealed record WorkflowVersionView(
    long Id,
    string ExternalId,
    int Number,
    DateTime CreatedAt,
    IReadOnlyList<NodeView> Nodes,
    bool IsDefault
);

/// <summary>A saved node.</summary>
/// <param name="LatestTrainedVersionId">A newer trained version of the same model, where there is one: the update the
/// page offers.</param>
public sealed record NodeView(
    string Id,
    string ModelId,
    string ModelName,
    string ModelTypeId,
    string ModelVersionId,
    int ModelVersionNumber,
    string? LatestTrainedVersionId,
    IReadOnlyList<string> InputIds
);
