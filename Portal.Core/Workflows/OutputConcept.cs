namespace Portal.Core.Workflows;

/// <summary>
/// A concept a model version speaks of, by its internal key, with the number that belongs to it there (a thresholder's threshold).
/// </summary>
public sealed record OutputConcept(long ConceptId, double? Value = null);
