namespace Portal.Core.Domain.Evaluation;

/// <summary>What a band does with scores: how many become SUCCESS, wait for a person, and are dropped.</summary>
public readonly record struct ThresholdYield(int Success, int Pending, int Dropped)
{
    /// <param name="high">Greater than this is SUCCESS.</param>
    /// <param name="low">From this to <paramref name="high"/> waits.</param>
    public static ThresholdYield Of(IEnumerable<double> scores, double low, double high)
    {
        var (success, pending, dropped) = (0, 0, 0);
        foreach (var score in scores)
        {
            if (score > high)
            {
                success++;
            }
            else if (score >= low)
            {
                pending++;
            }
            else
            {
                dropped++;
            }
        }

        return new ThresholdYield(success, pending, dropped);
    }
}
