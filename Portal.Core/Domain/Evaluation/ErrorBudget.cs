using MathNet.Numerics;

namespace Portal.Core.Domain.Evaluation;

/// <summary>
/// The exact binomial test of "at most <paramref name="error"/> of all such are wrong" by a sample of them: how many
/// wrong ones may be among n before that can no longer be said with a risk of at most <paramref name="risk"/>. The same
/// as asking that the one-sided Clopper–Pearson bound (1934) is not above <paramref name="error"/>. Not safe for use by
/// several threads.
/// </summary>
/// <param name="error">Between 0 and 1.</param>
/// <param name="risk">Between 0 and 1.</param>
public sealed class ErrorBudget(double error, double risk)
{
    private readonly double _error = Between0And1(error, nameof(error));
    private readonly double _risk = Between0And1(risk, nameof(risk));
    private readonly List<int> _allowed = [-1];

    /// <summary>
    /// The smallest sample that says something with so many wrong; with none it is ⌈ln risk / ln (1 − error)⌉.
    /// </summary>
    public int SmallestSampleWith(int wrong)
    {
        var sample = 1;
        while (Allowed(sample) < wrong)
        {
            sample++;
        }

        return sample;
    }

    /// <summary>
    /// The most that may be wrong among <paramref name="sample"/>; −1 when the sample is too small to say anything.
    /// </summary>
    public int Allowed(int sample)
    {
        // One more in the sample allows at most one more wrong.
        for (var n = _allowed.Count; n <= sample; n++)
        {
            _allowed.Add(_allowed[^1] + (Holds(_allowed[^1] + 1, n) ? 1 : 0));
        }

        return _allowed[sample];
    }

    /// <summary>
    /// Whether a sample with so many wrong says enough. Continuous, so that samples can be thought of that were not
    /// drawn.
    /// </summary>
    public bool Holds(double wrong, double sample) => AtMost(wrong, sample, _error) <= _risk;

    /// <summary>
    /// P(X ≤ <paramref name="wrong"/>) for X binomial with <paramref name="sample"/> draws of chance
    /// <paramref name="error"/>, by the regularised incomplete beta function: I₁₋ₚ(n − k, k + 1).
    /// </summary>
    internal static double AtMost(double wrong, double sample, double error) =>
        wrong >= sample ? 1 : SpecialFunctions.BetaRegularized(sample - wrong, wrong + 1, 1 - error);

    private static double Between0And1(double value, string name) =>
        value is > 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(name, value, "A value between 0 and 1 is needed, both excluded.");
}
