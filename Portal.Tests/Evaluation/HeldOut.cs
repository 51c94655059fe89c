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
        SamplingMethod method = SamplingMethod.Random
    )
    {
        var rows = labels.Length / conceptIds.Length;
        var methods = new SamplingMethod[labels.Length];
        Array.Fill(methods, method);
        return new HeldOutScores(
            conceptIds,
            [.. Enumerable.Range(100, rows).Select(id => (long)id)],
            [.. Enumerable.Range(0, rows).Select(row => row % 5)],
            labels,
            new bool[labels.Length],
            methods,
            scores
        );
    }
}
