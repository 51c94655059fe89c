using Portal.Core.Domain.Evaluation;
using Portal.Core.Domain.Models;
using Portal.Core.Services.Evaluation;

namespace Portal.Tests.Evaluation;

public class CalibrationTests
{
    [Theory]
    [InlineData(0.4)]
    [InlineData(1)]
    [InlineData(3)]
    public void The_temperature_that_spoiled_honest_scores_is_found_again(double spoiled)
    {
        // Honest outputs z are right with chance σ(z); what is shown is σ(z · spoiled), so that dividing by that
        // restores them.
        var scores = Draw(4_000, spoiled);

        var calibration = Calibration.Of(scores, isExclusive: false);

        Assert.InRange(calibration.Temperatures[0], 0.9 * spoiled, 1.1 * spoiled);
        if (spoiled is not 1)
        {
            Assert.True(calibration.Helps);
        }

        Assert.True(ReliabilityCurve.Of(calibration.Scores.LabelsOf(0)).ExpectedCalibrationError < 0.03);
    }

    [Fact]
    public void The_loss_at_the_temperature_is_the_least_by_a_second_computation()
    {
        var scores = Draw(500, 2.5);
        var best = Calibration.Of(scores, isExclusive: false).Temperatures[0];

        Assert.True(LossAt(best) <= LossAt(best * 1.01));
        Assert.True(LossAt(best) <= LossAt(best * 0.99));

        double LossAt(double temperature) =>
            scores
                .LabelsOf(0)
                .Sum(l =>
                {
                    var odds = Math.Pow(l.Score / (1 - l.Score), 1 / temperature);
                    return -Math.Log(l.IsPresent ? odds / (1 + odds) : 1 / (1 + odds));
                });
    }

    [Fact]
    public void A_score_is_calibrated_without_its_own_fold()
    {
        var scores = Draw(200, 2.5);
        var without = Enumerable.Range(0, 200).Where(row => scores.Folds[row] != 0).ToArray();
        var others = HeldOut.Of(
            [1],
            [.. without.Select(row => scores.Labels[row])],
            [.. without.Select(row => scores.Scores[row])]
        );
        var temperature = Calibration.Of(others, isExclusive: false).Temperatures[0];
        var (first, calibrated) = (scores.Scores[0], Calibration.Of(scores, isExclusive: false).Scores.Scores[0]);

        Assert.Equal(Math.Pow(first / (1 - first), 1 / temperature), calibrated / (1 - calibrated), 1e-6);
    }

    [Theory]
    [InlineData(ClassifierLink.Sigmoid)]
    [InlineData(ClassifierLink.Softmax)]
    [InlineData(ClassifierLink.SoftmaxWithNone)]
    public void A_heads_divided_outputs_are_the_tempered_scores(ClassifierLink link)
    {
        var head = new ClassifierHead(link, [1, 2], [1.5f, -2, 0.5f, 3], [0.2f, -0.4f], [0, 0], [1, 1]);
        Half[] embedding = [(Half)0.25, (Half)0.64];
        var (before, after) = (new double[2], new double[2]);
        head.Score(embedding, before);
        head.DividedBy([2, 2]).Score(embedding, after);

        double[] expected =
            link is ClassifierLink.Sigmoid
                ? [.. before.Select(p => 1 / (1 + Math.Sqrt((1 - p) / p)))]
                :
                [
                    .. before.Select(p =>
                        Math.Sqrt(p)
                        / (
                            before.Sum(Math.Sqrt)
                            + (link is ClassifierLink.SoftmaxWithNone ? Math.Sqrt(1 - before.Sum()) : 0)
                        )
                    ),
                ];

        Assert.Equal(expected[0], after[0], 1e-6);
        Assert.Equal(expected[1], after[1], 1e-6);
    }

    private static HeldOutScores Draw(int rows, double spoiled)
    {
        var random = new Random(11);
        var outputs = Enumerable.Range(0, rows).Select(_ => (random.NextDouble() - 0.5) * 6).ToArray();
        return HeldOut.Of(
            [1],
            [.. outputs.Select(z => (sbyte)(random.NextDouble() < Sigmoid(z) ? 1 : 0))],
            [.. outputs.Select(z => Sigmoid(z * spoiled))]
        );
    }

    private static double Sigmoid(double z) => 1 / (1 + Math.Exp(-z));
}
