namespace Portal.Core.Domain.Workflows.Graph;

/// <summary>A concept on its way through a graph.</summary>
/// <param name="Score">0 to 1.</param>
/// <param name="ModelVersionId">The classifier version that gave the score.</param>
/// <param name="Sampled">It came through a Random Sample, and in no other way.</param>
public sealed record ConceptScore(long ConceptId, double Score, long? ModelVersionId, bool Sampled = false);
