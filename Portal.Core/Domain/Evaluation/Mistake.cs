namespace Portal.Core.Domain.Evaluation;

/// <summary>An answer on which score and person disagree.</summary>
/// <param name="Row">The input's place among the scores.</param>
/// <param name="Concept">The concept's place.</param>
/// <param name="IsPresent">What the person said.</param>
/// <param name="IsImplied">The person did not say it: it follows from a ✓ for another concept.</param>
public sealed record Mistake(int Row, int Concept, double Score, bool IsPresent, bool IsImplied);
