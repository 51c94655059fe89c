using Portal.Core.Domain.Models;

namespace Portal.Core.Services.Evaluation;

/// <summary>
/// Temperature scaling (Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks", 2017): linear
/// outputs are divided by a temperature, chosen by log loss on held-out scores. One temperature a concept, or one for
/// all where they share a softmax. It changes how sure scores are, never which input scores higher for a concept with a
/// temperature of its own.
/// </summary>
/// <param name="Temperatures">One a concept, positive; over 1 makes scores more modest.</param>
/// <param name="Scores">The held-out scores as calibrated ones: each by temperatures that were chosen without its
/// fold.</param>
/// <param name="LogLoss">Of the scores as they are: the mean over labels, in nats.</param>
/// <param name="CalibratedLogLoss">Of <see cref="Scores"/>.</param>
public sealed record Calibration(double[] Temperatures, HeldOutScores Scores, double LogLoss, double CalibratedLogLoss)
{
    private const double Least = 1e-12;
    private const double WidestLog = 3;
    private const int Halvings = 30;

    /// <summary>Whether held-out scores become better chances by it.</summary>
    public bool Helps => CalibratedLogLoss < LogLoss;

    /// <param name="isExclusive">The concepts share one softmax.</param>
    public static Calibration Of(HeldOutScores scores, bool isExclusive)
    {
        var calibrated = new double[scores.Scores.Length];
        foreach (var fold in scores.Folds.Distinct().ToList())
        {
            var rows = Enumerable.Range(0, scores.Count).ToLookup(row => scores.Folds[row] == fold);
            var temperatures = Fit(scores, [.. rows[false]], isExclusive);
            foreach (var row in rows[true])
            {
                Apply(
                    scores,
                    row,
                    temperatures,
                    isExclusive,
                    calibrated.AsSpan(row * temperatures.Length, temperatures.Length)
                );
            }
        }
        var after = scores with { Scores = calibrated };
        return new Calibration(
            Fit(scores, [.. Enumerable.Range(0, scores.Count)], isExclusive),
            after,
            LossOf(scores),
            LossOf(after)
        );
    }

    private static double[] Fit(HeldOutScores scores, int[] rows, bool isExclusive)
    {
        var concepts = scores.ConceptIds.Length;
        if (!isExclusive)
        {
            return
            [
                .. Enumerable
                    .Range(0, concepts)
                    .Select(concept =>
                        Best(t =>
                            rows.Sum(row => Loss(scores.Label(row, concept), Tempered(scores.Score(row, concept), t)))
                        )
                    ),
            ];
        }

        var tempered = new double[concepts];
        var shared = Best(t =>
            rows.Sum(row =>
            {
                Softened(scores, row, t, tempered);
                return tempered.Select((score, concept) => Loss(scores.Label(row, concept), score)).Sum();
            })
        );
        return [.. Enumerable.Repeat(shared, concepts)];
    }

    private static void Apply(HeldOutScores scores, int row, double[] temperatures, bool isExclusive, Span<double> into)
    {
        if (isExclusive)
        {
            Softened(scores, row, temperatures[0], into);
        }
        else
        {
            for (var concept = 0; concept < into.Length; concept++)
            {
                into[concept] = Tempered(scores.Score(row, concept), temperatures[concept]);
            }
        }
    }

    private static double Tempered(double score, double temperature)
    {
        var kept = Math.Clamp(score, Least, 1 - Least);
        return Links.Sigmoid(Math.Log(kept / (1 - kept)) / temperature);
    }

    /// <summary>
    /// A softmax's scores are its outputs but for a shift, in logarithms; what they lack to 1 is "none of these".
    /// </summary>
    private static void Softened(HeldOutScores scores, int row, double temperature, Span<double> into)
    {
        var none = 1.0;
        for (var concept = 0; concept < into.Length; concept++)
        {
            var score = scores.Score(row, concept);
            none -= score;
            into[concept] = Math.Log(Math.Max(score, Least)) / temperature;
        }
        Links.Softmax(into, Math.Log(Math.Max(none, Least)) / temperature);
    }

    private static double LossOf(HeldOutScores scores) =>
        scores.Labels.Zip(scores.Scores, Loss).Sum() / scores.Labels.Count(label => label >= 0);

    private static double Loss(sbyte label, double score) =>
        label switch
        {
            1 => -Math.Log(Math.Max(score, Least)),
            0 => -Math.Log(Math.Max(1 - score, Least)),
            _ => 0,
        };

    /// <summary>
    /// The temperature with the least loss, by golden-section search over its logarithm: the loss has one valley.
    /// </summary>
    private static double Best(Func<double, double> loss)
    {
        var golden = (Math.Sqrt(5) - 1) / 2;
        var (from, to) = (-WidestLog, WidestLog);
        var (left, right) = (to - (golden * (to - from)), from + (golden * (to - from)));
        var (leftLoss, rightLoss) = (loss(Math.Exp(left)), loss(Math.Exp(right)));
        for (var i = 0; i < Halvings; i++)
        {
            if (leftLoss < rightLoss)
            {
                (to, right, rightLoss) = (right, left, leftLoss);
                left = to - (golden * (to - from));
                leftLoss = loss(Math.Exp(left));
            }
            else
            {
                (from, left, leftLoss) = (left, right, rightLoss);
                right = from + (golden * (to - from));
                rightLoss = loss(Math.Exp(right));
            }
        }
        return Math.Exp((from + to) / 2);
    }
}
