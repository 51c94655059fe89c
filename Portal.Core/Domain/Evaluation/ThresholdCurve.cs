namespace Portal.Core.Domain.Evaluation;

/// <summary>
/// What each of the thresholds 0, 0.01 … 1 does to one concept: every list has one entry a threshold.
/// </summary>
/// <param name="TruePositives">Labels that say ✓ and score greater.</param>
/// <param name="FalsePositives">Labels that say ✗ and score greater.</param>
/// <param name="Accepted">Sampled inputs that score greater.</param>
/// <param name="Present">Labels that say ✓.</param>
/// <param name="Inputs">Sampled inputs.</param>
public sealed record ThresholdCurve(
    IReadOnlyList<int> TruePositives,
    IReadOnlyList<int> FalsePositives,
    IReadOnlyList<int> Accepted,
    int Present,
    int Inputs
)
{
    public const int Steps = 100;

    public static ThresholdCurve Of(IReadOnlyCollection<ScoredLabel> labels, IReadOnlyCollection<double> sampled) =>
        new(
            CountAbove(labels.Where(l => l.IsPresent).Select(l => l.Score)),
            CountAbove(labels.Where(l => !l.IsPresent).Select(l => l.Score)),
            CountAbove(sampled),
            labels.Count(l => l.IsPresent),
            sampled.Count
        );

    private static int[] CountAbove(IEnumerable<double> scores)
    {
        double[] all = [.. scores];
        return [.. Enumerable.Range(0, Steps + 1).Select(step => all.Count(score => score > (double)step / Steps))];
    }
}
