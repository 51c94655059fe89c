using Portal.Core.Domain.Evaluation;

namespace Portal.Tests.Evaluation;

public class ReliabilityCurveTests
{
    [Fact]
    public void A_bin_holds_its_lower_end_and_the_last_one_holds_1()
    {
        var curve = ReliabilityCurve.Of(
            ScoredLabels.Of((0, 0), (0.25, 1), (0.3, 0), (0.75, 1), (1, 1), (1, 0)),
            bins: 4
        );

        Assert.Equal([(0, 1), (0.25, 2), (0.75, 3)], curve.Bins.Select(bin => (bin.From, bin.Count)));
        Assert.Equal([0.25, 0.5, 1], curve.Bins.Select(bin => bin.To));
    }

    [Fact]
    public void The_error_is_the_weighted_distance_of_score_and_truth()
    {
        var curve = ReliabilityCurve.Of(
            ScoredLabels.Of((0, 0), (0.25, 1), (0.3, 0), (0.75, 1), (1, 1), (1, 0)),
            bins: 4
        );

        Assert.Equal(
            ((1 * 0) + (2 * Math.Abs(0.275 - 0.5)) + (3 * Math.Abs((2.75 / 3) - (2 / 3.0)))) / 6,
            curve.ExpectedCalibrationError,
            1e-9
        );
    }

    [Fact]
    public void Scores_that_are_chances_have_next_to_no_error_and_boastful_ones_do()
    {
        var honest = ScoredLabels.Draw(new Random(1), 40_000, u => u, s => s);
        var boastful = ScoredLabels.Draw(new Random(1), 40_000, u => u, s => s / 2);

        Assert.InRange(ReliabilityCurve.Of(honest).ExpectedCalibrationError, 0, 0.015);
        // ∫ s − s/2 over 0 to 1.
        Assert.Equal(0.25, ReliabilityCurve.Of(boastful).ExpectedCalibrationError, 0.015);
    }
}
