using Portal.Core.Domain.Evaluation;

namespace Portal.Tests.Evaluation;

/// <summary>Made-up scores with known chances of being right.</summary>
internal static class ScoredLabels
{
    public static ScoredLabel[] Of(params (double Score, int Present)[] labels) =>
        [.. labels.Select(l => new ScoredLabel(l.Score, l.Present == 1))];

    /// <summary>
    /// Scores drawn by <paramref name="score"/> from a uniform number; each is present with the chance
    /// <paramref name="chance"/> gives it.
    /// </summary>
    public static ScoredLabel[] Draw(
        Random random,
        int count,
        Func<double, double> score,
        Func<double, double> chance
    ) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ => score(random.NextDouble()))
                .Select(s => new ScoredLabel(s, random.NextDouble() < chance(s))),
        ];

    /// <summary>Few distinct scores, so that there are many ties.</summary>
    public static ScoredLabel[] WithTies(int seed, int count) =>
        Draw(new Random(seed), count, u => Math.Round(u, 1), s => (0.8 * s) + 0.1);
}
