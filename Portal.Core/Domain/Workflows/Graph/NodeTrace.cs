namespace Portal.Core.Domain.Workflows.Graph;

/// <summary>What happened at one node of a run.</summary>
/// <param name="Ran">False when nothing reached the node; the lists are then empty.</param>
/// <param name="Writes">What the node would write, before precedence between nodes.</param>
public sealed record NodeTrace(
    string NodeId,
    IReadOnlyList<ConceptScore> In,
    IReadOnlyList<ConceptScore> Out,
    bool Ran,
    IReadOnlyList<IntendedWrite> Writes
);
