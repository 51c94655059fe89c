namespace Portal.Core.Domain.Workflows.Graph;

/// <summary>What leaves a node, and what it would write.</summary>
public sealed record NodeOutput(IReadOnlyList<ConceptScore> Concepts, IReadOnlyList<IntendedWrite> Writes)
{
    public static NodeOutput Nothing { get; } = new([], []);
}
