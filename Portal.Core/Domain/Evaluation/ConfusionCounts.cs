namespace Portal.Core.Domain.Evaluation;

/// <summary>How often "present" was said, and how often it was right, with one threshold.</summary>
public readonly record struct ConfusionCounts(
    int TruePositives,
    int FalsePositives,
    int FalseNegatives,
    int TrueNegatives
)
{
    /// <summary>The part of what was said to be present that is; NaN when nothing was.</summary>
    public double Precision => (double)TruePositives / (TruePositives + FalsePositives);

    /// <summary>The part of what is present that was said to be; NaN when nothing is.</summary>
    public double Recall => (double)TruePositives / (TruePositives + FalseNegatives);

    /// <summary>
    /// The harmonic mean of precision and recall; NaN when nothing is present and nothing was said to be.
    /// </summary>
    public double F1 => 2.0 * TruePositives / ((2.0 * TruePositives) + FalsePositives + FalseNegatives);

    /// <summary>
    /// Says "present" where the score is greater than <paramref name="threshold"/>, as GREATER_THAN does.
    /// </summary>
    public static ConfusionCounts At(double threshold, IEnumerable<ScoredLabel> labels)
    {
        var (tp, fp, fn, tn) = (0, 0, 0, 0);
        foreach (var (score, isPresent) in labels)
        {
            switch (score > threshold, isPresent)
            {
                case (true, true):
                    tp++;
                    break;
                case (true, false):
                    fp++;
                    break;
                case (false, true):
                    fn++;
                    break;
                default:
                    tn++;
                    break;
            }
        }

        return new ConfusionCounts(tp, fp, fn, tn);
    }

    public static ConfusionCounts operator +(ConfusionCounts a, ConfusionCounts b) =>
        new(
            a.TruePositives + b.TruePositives,
            a.FalsePositives + b.FalsePositives,
            a.FalseNegatives + b.FalseNegatives,
            a.TrueNegatives + b.TrueNegatives
        );

    public static ConfusionCounts Add(ConfusionCounts left, ConfusionCounts right) => left + right;
}
