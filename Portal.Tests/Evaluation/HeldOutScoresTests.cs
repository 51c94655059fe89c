using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Evaluation;
using Portal.Core.Services.Evaluation;

namespace Portal.Tests.Evaluation;

public class HeldOutScoresTests
{
    private static readonly HeldOutScores s_scores = HeldOut.Of(
        [7, 8],
        [1, 0, -1, 1, 0, 0],
        [0.9, 1 / 3.0, 0.5, 0.25, 1, 0]
    ) with
    {
        Implied = [false, true, false, false, true, true],
        SamplingMethods =
        [
            SamplingMethod.Random,
            SamplingMethod.Audit,
            SamplingMethod.Pending,
            SamplingMethod.Unstated,
            SamplingMethod.MostInformative,
            SamplingMethod.Random,
        ],
    };

    [Fact]
    public void Stored_and_read_again_they_are_the_same_to_the_last_bit()
    {
        var read = HeldOutScores.FromBytes(s_scores.ToBytes());

        Assert.Equal(s_scores.ConceptIds, read.ConceptIds);
        Assert.Equal(s_scores.InputIds, read.InputIds);
        Assert.Equal(s_scores.Folds, read.Folds);
        Assert.Equal(s_scores.Labels, read.Labels);
        Assert.Equal(s_scores.Implied, read.Implied);
        Assert.Equal(s_scores.SamplingMethods, read.SamplingMethods);
        Assert.Equal(s_scores.Scores, read.Scores);
    }

    [Fact]
    public void Bytes_that_were_cut_short_or_are_something_else_are_refused()
    {
        var bytes = s_scores.ToBytes();

        Assert.Throws<InvalidDataException>(() => HeldOutScores.FromBytes(bytes.AsSpan(0, bytes.Length - 1)));
        Assert.Throws<InvalidDataException>(() => HeldOutScores.FromBytes([]));
        Assert.Throws<InvalidDataException>(() => HeldOutScores.FromBytes(new byte[64]));
    }

    [Fact]
    public void Labels_can_be_had_by_how_their_input_was_drawn()
    {
        Assert.Equal([new ScoredLabel(0.9, true)], s_scores.LabelsOf(0, SamplingMethod.Random));
        Assert.Equal([new ScoredLabel(0, false)], s_scores.LabelsOf(1, SamplingMethod.Random));
        Assert.Equal([new ScoredLabel(1 / 3.0, false)], s_scores.LabelsOf(1, SamplingMethod.Audit));
        Assert.Equal(3, s_scores.LabelsOf(1).Length);
    }

    [Fact]
    public void A_histogram_counts_each_label_once_and_1_in_the_last_bin()
    {
        var histogram = ScoreHistogram.Of(ScoredLabels.Of((0, 0), (0.249, 0), (0.25, 1), (0.99, 1), (1, 1), (1, 0)), 4);

        Assert.Equal([0, 1, 0, 2], histogram.Present);
        Assert.Equal([2, 0, 0, 1], histogram.Absent);
        Assert.Equal([2, 1, 0, 3], histogram.All);
    }
}
