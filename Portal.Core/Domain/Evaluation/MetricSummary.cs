namespace Portal.Core.Domain.Evaluation;

/// <summary>
/// The figures of one concept, or of all together. Each is from 0 to 1, or NaN where the labels do not define it.
/// </summary>
public sealed record MetricSummary(double Precision, double Recall, double F1, double AveragePrecision, double RocAuc)
{
    public static MetricSummary Of(ConfusionCounts counts, IReadOnlyCollection<ScoredLabel> labels) =>
        new(
            counts.Precision,
            counts.Recall,
            counts.F1,
            RankingMetrics.AveragePrecision(labels),
            RankingMetrics.RocAuc(labels)
        );

    /// <summary>The plain mean of each figure over the summaries that define it.</summary>
    public static MetricSummary MeanOf(IReadOnlyCollection<MetricSummary> summaries)
    {
        return new MetricSummary(
            Mean(s => s.Precision),
            Mean(s => s.Recall),
            Mean(s => s.F1),
            Mean(s => s.AveragePrecision),
            Mean(s => s.RocAuc)
        );

        double Mean(Func<MetricSummary, double> figure) =>
            summaries.Select(figure).Where(value => !double.IsNaN(value)).DefaultIfEmpty(double.NaN).Average();
    }
}
