namespace Portal.Core.Domain.Workflows.Graph;

/// <summary>What a run comes to.</summary>
/// <param name="Nodes">One trace a node, in the order in which the user gave the nodes.</param>
/// <param name="Writes">At most one a concept: what is left after precedence.</param>
/// <param name="Overruled">The writes that gave way.</param>
public sealed record RunOutcome(
    IReadOnlyList<NodeTrace> Nodes,
    IReadOnlyList<IntendedWrite> Writes,
    IReadOnlyList<OverruledWrite> Overruled
);
