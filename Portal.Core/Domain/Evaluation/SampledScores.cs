namespace Portal.Core.Domain.Evaluation;

/// <summary>What a model version scores on inputs of its app, to say what thresholds would do there.</summary>
/// <param name="Inputs">How many there are.</param>
/// <param name="AreUnlabelled">They are inputs no person labelled; otherwise there were none, and these are the
/// held-out scores of the labelled ones.</param>
/// <param name="ByConcept">By the concept's key: one score an input.</param>
public sealed record SampledScores(int Inputs, bool AreUnlabelled, IReadOnlyDictionary<long, double[]> ByConcept);
