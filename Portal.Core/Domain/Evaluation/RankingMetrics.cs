namespace Portal.Core.Domain.Evaluation;

/// <summary>How well scores put what is present before what is absent, whatever the threshold.</summary>
public static class RankingMetrics
{
    /// <summary>
    /// Average precision, Σ (Rₙ − Rₙ₋₁) Pₙ over the distinct scores as thresholds, highest first, without
    /// interpolation. 0 to 1; NaN when nothing is present.
    /// </summary>
    public static double AveragePrecision(IEnumerable<ScoredLabel> labels)
    {
        var (present, said, sum) = (0, 0, 0.0);
        foreach (var (rights, wrongs) in TiesFromTheTop(labels))
        {
            present += rights;
            said += rights + wrongs;
            sum += rights * ((double)present / said);
        }

        return sum / present;
    }

    /// <summary>
    /// Area under the ROC curve: the chance that something present scores higher than something absent, a tie counting
    /// one half (Mann–Whitney). 0 to 1; NaN when either is missing.
    /// </summary>
    public static double RocAuc(IEnumerable<ScoredLabel> labels)
    {
        var (present, absent, won) = (0L, 0L, 0.0);
        foreach (var (rights, wrongs) in TiesFromTheTop(labels))
        {
            won += wrongs * (present + (rights / 2.0));
            present += rights;
            absent += wrongs;
        }

        return won / ((double)present * absent);
    }

    private static IEnumerable<(int Present, int Absent)> TiesFromTheTop(IEnumerable<ScoredLabel> labels) =>
        labels
            .GroupBy(label => label.Score)
            .OrderByDescending(tie => tie.Key)
            .Select(tie => (tie.Count(label => label.IsPresent), tie.Count(label => !label.IsPresent)));
}
