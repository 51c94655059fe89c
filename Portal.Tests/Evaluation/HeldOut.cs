using Portal.Core.Domain.Annotations;
using Portal.Core.Services.Evaluation;

namespace Portal.Tests.Evaluation;

/// <summary>Made-up scores of an evaluation; inputs are keyed 100, 101 …</summary>
internal static class HeldOut
{
    /// <param name="labels">Rows × concepts.</param>
    /// <param name="scores">Rows × concepts.</param>
    public static HeldOutScores Of(
        long[] conceptIds,
        sbyte[] labels,
        double[] scores,
        DecisionDraw draw = DecisionDraw.Random
    )
    {
        var rows = labels.Length / conceptIds.Length;
        var draws = new DecisionDraw[labels.Length];
        Array.Fill(draws, draw);
        return new HeldOutScores(
            conceptIds,
            [.. Enumerable.Range(100, rows).Select(id => (long)id)],
            [.. Enumerable.Range(0, rows).Select(row => row % 5)],
            labels,
            new bool[labels.Length],
            draws,
            scores
        );
    }
}
