namespace Portal.Core.Domain.Evaluation;

/// <summary>How well one concept is told on inputs the classifier has not seen.</summary>
/// <param name="Labels">The scores of the rows a person answered for this concept, in the order of the rows.</param>
/// <param name="Counts">At the threshold that was asked for.</param>
public sealed record ConceptEvaluation(
    long ConceptId,
    IReadOnlyList<ScoredLabel> Labels,
    ConfusionCounts Counts,
    MetricSummary Metrics,
    ReliabilityCurve Reliability
);
