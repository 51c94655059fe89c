namespace Portal.Core.Domain.Evaluation;

/// <summary>
/// How the held-out scores of one concept spread over 0 to 1, in bins of equal width, the lowest first.
/// </summary>
/// <param name="Present">Labels in each bin that say ✓.</param>
/// <param name="Absent">Labels in each bin that say ✗.</param>
public sealed record ScoreHistogram(IReadOnlyList<int> Present, IReadOnlyList<int> Absent)
{
    /// <summary>All labels in each bin.</summary>
    public IReadOnlyList<int> All { get; } = [.. Present.Zip(Absent, (present, absent) => present + absent)];

    /// <param name="bins">A bin holds its lower end, the last one also 1.</param>
    public static ScoreHistogram Of(IEnumerable<ScoredLabel> labels, int bins)
    {
        var (present, absent) = (new int[bins], new int[bins]);
        foreach (var (score, isPresent) in labels)
        {
            (isPresent ? present : absent)[Math.Min((int)(score * bins), bins - 1)]++;
        }

        return new ScoreHistogram(present, absent);
    }
}
