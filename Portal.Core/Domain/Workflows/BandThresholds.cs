namespace Portal.Core.Domain.Workflows;

/// <summary>
/// The middle band of one concept: above <paramref name="High"/> sure, from <paramref name="Low"/> to
/// <paramref name="High"/> for a person, below it nothing.
/// </summary>
public sealed record BandThresholds(long ConceptId, double Low, double High);
