using Portal.Core.Domain.Evaluation;

namespace Portal.Tests.Evaluation;

public class RankingMetricsTests
{
    private static readonly ScoredLabel[] s_four = ScoredLabels.Of((0.1, 0), (0.4, 0), (0.35, 1), (0.8, 1));

    [Fact]
    public void Average_precision_steps_down_the_ranking()
    {
        // Present at ranks 1 and 3: ½ · 1/1 + ½ · 2/3.
        Assert.Equal(5 / 6.0, RankingMetrics.AveragePrecision(s_four), 1e-9);
    }

    [Fact]
    public void Roc_auc_is_the_part_of_pairs_in_the_right_order() =>
        Assert.Equal(0.75, RankingMetrics.RocAuc(s_four), 1e-9);

    [Fact]
    public void Equal_scores_rank_together()
    {
        var tied = ScoredLabels.Of((0.7, 1), (0.7, 0), (0.7, 0), (0.2, 1), (0.1, 0));

        // ½ · 1/3 + ½ · 2/4; of six pairs, two are ties, one is in order (0.7 over 0.1) and so is 0.2 over 0.1.
        Assert.Equal((1 / 6.0) + (1 / 4.0), RankingMetrics.AveragePrecision(tied), 1e-9);
        Assert.Equal(3 / 6.0, RankingMetrics.RocAuc(tied), 1e-9);
    }

    [Fact]
    public void Scores_that_are_all_equal_say_nothing()
    {
        var flat = ScoredLabels.Of((0.5, 1), (0.5, 0), (0.5, 0), (0.5, 0));

        Assert.Equal(0.25, RankingMetrics.AveragePrecision(flat), 1e-9);
        Assert.Equal(0.5, RankingMetrics.RocAuc(flat), 1e-9);
    }

    [Theory]
    [InlineData(1, 50)]
    [InlineData(2, 200)]
    [InlineData(3, 333)]
    public void Both_agree_with_counting_every_pair(int seed, int count)
    {
        foreach (
            var labels in new[]
            {
                ScoredLabels.WithTies(seed, count),
                ScoredLabels.Draw(new Random(seed), count, u => u * u, s => s),
            }
        )
        {
            ScoredLabel[] present = [.. labels.Where(l => l.IsPresent)],
                absent = [.. labels.Where(l => !l.IsPresent)];
            var precision = present.Average(at =>
                (double)present.Count(l => l.Score >= at.Score) / labels.Count(l => l.Score >= at.Score)
            );
            var area = present.Average(p =>
                absent.Average(a =>
                    p.Score > a.Score ? 1
                    : p.Score == a.Score ? 0.5
                    : 0
                )
            );

            Assert.Equal(precision, RankingMetrics.AveragePrecision(labels), 1e-9);
            Assert.Equal(area, RankingMetrics.RocAuc(labels), 1e-9);
        }
    }

    [Fact]
    public void Without_both_answers_there_is_nothing_to_say()
    {
        Assert.Equal(double.NaN, RankingMetrics.AveragePrecision(ScoredLabels.Of((0.5, 0))));
        Assert.Equal(double.NaN, RankingMetrics.RocAuc(ScoredLabels.Of((0.5, 0))));
        Assert.Equal(double.NaN, RankingMetrics.RocAuc(ScoredLabels.Of((0.5, 1))));
        Assert.Equal(1, RankingMetrics.AveragePrecision(ScoredLabels.Of((0.5, 1))));
    }
}
