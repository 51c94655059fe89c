namespace Portal.Core.Domain.Workflows.Graph;

/// <summary>
/// What reaches a node: the run's input, and the joined concepts of its input nodes (none for a node that reads an
/// embedding).
/// </summary>
public sealed record NodeInput(string NodeId, RunInput Source, IReadOnlyList<ConceptScore> Concepts);
