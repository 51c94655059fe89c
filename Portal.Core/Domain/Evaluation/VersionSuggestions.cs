namespace Portal.Core.Domain.Evaluation;

/// <summary>Suggested thresholds of a model version.</summary>
/// <param name="Concepts">In the version's order.</param>
/// <param name="Inputs">How many inputs the yield was counted on.</param>
/// <param name="AreUnlabelled">Whether they are inputs no person labelled; otherwise the labelled ones.</param>
public sealed record VersionSuggestions(
    GuaranteeTarget Target,
    IReadOnlyList<ConceptSuggestion> Concepts,
    int Inputs,
    bool AreUnlabelled
);
