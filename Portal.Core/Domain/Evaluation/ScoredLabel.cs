namespace Portal.Core.Domain.Evaluation;

/// <summary>What a classifier said of one concept on one input, beside what a person said.</summary>
/// <param name="Score">0 to 1.</param>
/// <param name="IsPresent">The truth.</param>
public readonly record struct ScoredLabel(double Score, bool IsPresent);
