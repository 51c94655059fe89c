namespace Portal.Core.Workflows;

/// <summary>A concept on its way through a graph.</summary>
/// <param name="Score">0 to 1.</param>
/// <param name="ModelVersionId">The classifier version that gave the score.</param>
public sealed record ConceptScore(long ConceptId, double Score, long? ModelVersionId);
