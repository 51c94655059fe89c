namespace Portal.Core.Domain.Evaluation;

/// <summary>Suggested thresholds of one concept.</summary>
/// <param name="High">Accept what scores greater.</param>
/// <param name="HighBasis">None: nothing can be accepted yet.</param>
/// <param name="Low">Drop what scores less.</param>
/// <param name="LowBasis">None: nothing can be dropped yet.</param>
/// <param name="CertifyingLabels">Labels of inputs drawn at random or by audit.</param>
/// <param name="MoreLabels">
/// Where there is no guarantee: about how many more labels of inputs drawn at random might give one, if they turn out
/// as those at hand. Null when there is one, and when more would not help.
/// </param>
/// <param name="Yield">What the band does with a sample of the app's inputs.</param>
public sealed record ConceptSuggestion(
    long ConceptId,
    double High,
    SuggestionBasis HighBasis,
    double Low,
    SuggestionBasis LowBasis,
    int CertifyingLabels,
    int? MoreLabels,
    ThresholdYield Yield
);
