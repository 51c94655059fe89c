using Portal.Core.Domain.Evaluation;

namespace Portal.Core.Services.Evaluation;

/// <summary>The figures of a cross-validation.</summary>
/// <param name="Concepts">In the order of the scores.</param>
/// <param name="Macro">The mean over the concepts: each counts the same.</param>
/// <param name="Micro">All answers of all concepts in one pot: frequent concepts count more.</param>
public sealed record EvaluationReport(
    IReadOnlyList<ConceptEvaluation> Concepts,
    MetricSummary Macro,
    MetricSummary Micro
)
{
    /// <param name="threshold">A concept is said to be present where its score is greater.</param>
    public static EvaluationReport Of(HeldOutScores scores, double threshold = 0.5)
    {
        ConceptEvaluation[] concepts =
        [
            .. scores.ConceptIds.Select(
                (id, concept) =>
                {
                    var labels = scores.LabelsOf(concept);
                    var counts = ConfusionCounts.At(threshold, labels);
                    return new ConceptEvaluation(
                        id,
                        labels,
                        counts,
                        MetricSummary.Of(counts, labels),
                        ReliabilityCurve.Of(labels)
                    );
                }
            ),
        ];
        var total = concepts.Aggregate(default(ConfusionCounts), (sum, concept) => sum + concept.Counts);
        return new EvaluationReport(
            concepts,
            MetricSummary.MeanOf([.. concepts.Select(concept => concept.Metrics)]),
            MetricSummary.Of(total, [.. concepts.SelectMany(concept => concept.Labels)])
        );
    }
}
