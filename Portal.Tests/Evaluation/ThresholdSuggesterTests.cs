using MathNet.Numerics;
using MathNet.Numerics.Distributions;
using Portal.Core.Domain.Evaluation;

namespace Portal.Tests.Evaluation;

public class ThresholdSuggesterTests
{
    private const int Grains = 2_000;

    /// <summary>How scores are spread (from a uniform number), and how often one is right.</summary>
    private static readonly Dictionary<string, (Func<double, double> Score, Func<double, double> Chance)> s_shapes =
        new()
        {
            ["honest scores"] = (u => u, s => s),
            ["boastful scores"] = (u => Math.Pow(u, 0.2), s => Math.Pow(s, 4)),
            ["timid scores"] = (u => 0.4 * u, s => 1 - Math.Pow(1 - (s / 0.4), 3)),
            ["a cliff"] = (u => u, s => s > 0.6 ? 0.97 : 0.3),
            ["a slope that breaks the guarantee slowly"] = (u => u, s => 0.91 + (0.05 * s)),
            ["few scores"] = (u => Math.Ceiling(u * 8) / 8, s => 0.5 + (s / 2)),
            ["never good enough"] = (u => u, _ => 0.949),
        };

    public static TheoryData<string, int> Shapes =>
        [.. s_shapes.Keys.SelectMany(shape => new[] { (shape, 120), (shape, 900) })];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_guarantee_is_broken_no_more_often_than_stated(string shape, int count)
    {
        const int Draws = 2_000;
        const double Error = 0.05;
        var (score, chance) = s_shapes[shape];
        // The population, grain by grain from the top: its error above a threshold is known.
        double[] scores = [.. Enumerable.Range(0, Grains).Select(i => score((i + 0.5) / Grains)).OrderDescending()];
        var random = new Random(7);
        var suggester = new ThresholdSuggester(Error, 0.95);

        var broken = Enumerable
            .Range(0, Draws)
            .Count(_ =>
                suggester.High(ScoredLabels.Draw(random, count, score, chance)).Threshold is { } threshold
                && scores.TakeWhile(s => s > threshold).Select(s => 1 - chance(s)).DefaultIfEmpty().Average()
                    > Error + 1e-9
            );

        // As many as chance allows at the stated rate, but for one run in a thousand.
        Assert.InRange(broken, 0, Quantile(Draws, 0.05, 0.999));
    }

    /// <summary>
    /// An earlier version accepted what it scored over 0.95, and its scores differ from today's by
    /// <paramref name="noise"/> in log odds.
    /// </summary>
    [Theory]
    [InlineData(0)]
    [InlineData(0.7)]
    public void Labels_from_audits_confirm_what_was_accepted_and_break_no_guarantee_below_it(double noise)
    {
        const int Draws = 400;
        const double Error = 0.05;
        var random = new Random(5);
        var suggester = new ThresholdSuggester(Error);
        var population = Enumerable
            .Range(0, 40_000)
            .Select(_ => Normal.Sample(random, 0, 2.5))
            .Select(odds =>
                (
                    Score: SpecialFunctions.Logistic(odds),
                    Accepted: SpecialFunctions.Logistic(odds + (noise > 0 ? Normal.Sample(random, 0, noise) : 0)) > 0.95
                )
            )
            .OrderByDescending(one => one.Score)
            .ToArray();
        var accepted = population.Where(one => one.Accepted).ToArray();
        // Scores are honest: something present with chance s. The error above each threshold is known.
        var errors = population.Select((one, i) => (one.Score, Error: 1 - one.Score, i)).ToArray();
        var running = 0.0;
        var known = errors.Select(e => (e.Score, Mean: (running += e.Error) / (e.i + 1))).ToArray();

        var found = Enumerable
            .Range(0, Draws)
            .Select(_ => suggester.High(Labels(population, 300), Labels(accepted, 1_000)).Threshold)
            .ToArray();

        Assert.InRange(
            found.Count(threshold => threshold is { } t && known.Last(k => k.Score > t).Mean > Error + 1e-9),
            0,
            Quantile(Draws, 0.05, 0.999)
        );
        // 300 random labels alone guarantee next to nothing here.
        Assert.True(found.Count(threshold => threshold is not null) > 0.9 * Draws);

        ScoredLabel[] Labels((double Score, bool Accepted)[] from, int count) =>
            [
                .. Enumerable
                    .Range(0, count)
                    .Select(_ => from[random.Next(from.Length)].Score)
                    .Select(score => new ScoredLabel(score, random.NextDouble() < score)),
            ];
    }

    [Fact]
    public void Recall_is_kept_as_often_as_stated()
    {
        const int Draws = 4_000;
        var random = new Random(3);
        var suggester = new ThresholdSuggester(recall: 0.9);

        // Of uniform scores, the part below a threshold is the threshold.
        var broken = Enumerable
            .Range(0, Draws)
            .Count(_ => suggester.Low([.. Enumerable.Range(0, 100).Select(_ => random.NextDouble())]).Threshold > 0.1);

        // P(Bin(100, 0.1) ≤ 4) = 0.0237: five or more of a hundred would be dropped with a risk above 0.05.
        Assert.InRange(broken, Quantile(Draws, 0.0237, 0.001), Quantile(Draws, 0.0237, 0.999));
    }

    [Fact]
    public void A_laxer_guarantee_accepts_no_less()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var labels = ScoredLabels.Draw(new Random(seed), 1_500, u => Math.Sqrt(u), s => s * s);
            int[] accepted =
            [
                .. new[] { 0.02, 0.05, 0.1, 0.2, 0.3 }.Select(error =>
                    new ThresholdSuggester(error).High(labels).Accepted
                ),
            ];

            Assert.Equal(accepted.Order(), accepted);
            Assert.True(accepted[^1] > accepted[1]);
        }
    }

    [Fact]
    public void More_confidence_accepts_no_more()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var labels = ScoredLabels.Draw(new Random(seed), 1_500, u => Math.Sqrt(u), s => s * s);
            int[] accepted =
            [
                .. new[] { 0.8, 0.9, 0.95, 0.99 }.Select(confidence =>
                    new ThresholdSuggester(0.1, confidence).High(labels).Accepted
                ),
            ];

            Assert.Equal(accepted.OrderDescending(), accepted);
        }
    }

    [Fact]
    public void With_58_right_labels_nothing_can_be_guaranteed_and_with_59_everything_is_accepted()
    {
        var suggester = new ThresholdSuggester();

        Assert.Equal(new HighThreshold(null, 0, 0, 1), suggester.High(Right(58)));
        Assert.Equal(new HighThreshold(0, 59, 0, null), suggester.High(Right(59)));
    }

    [Fact]
    public void Too_few_labels_are_told_how_many_more_they_need()
    {
        var suggester = new ThresholdSuggester();

        Assert.Equal(59, suggester.High([]).MoreLabels);
        Assert.Equal(39, suggester.High(Right(20)).MoreLabels);
        // Only every second label is of use, so twice as many are needed.
        Assert.InRange(
            suggester.High([.. Right(20), .. Enumerable.Repeat(new ScoredLabel(0.01, false), 20)]).MoreLabels!.Value,
            76,
            78
        );
    }

    [Fact]
    public void No_number_of_labels_helps_a_classifier_that_is_always_wrong_too_often()
    {
        var labels = Enumerable.Range(0, 300).Select(i => new ScoredLabel(0.9, i % 10 != 0)).ToArray();

        Assert.Equal(new HighThreshold(null, 0, 0, null), new ThresholdSuggester(0.05).High(labels));
    }

    [Fact]
    public void As_many_more_labels_as_were_asked_for_are_enough_if_they_turn_out_alike()
    {
        // 2 of 80 wrong: not enough for 5 %.
        ScoredLabel[] labels = [.. Enumerable.Range(0, 80).Select(i => new ScoredLabel(0.8, i % 40 != 0))];
        var suggester = new ThresholdSuggester();
        var needed = labels.Length + suggester.High(labels).MoreLabels!.Value;

        Assert.InRange(needed, 200, 300);
        Assert.Null(suggester.High([.. Enumerable.Range(0, needed / 2).Select(i => labels[(i + 1) % 80])]).Threshold);
        Assert.NotNull(suggester.High([.. Enumerable.Range(0, needed).Select(i => labels[(i + 1) % 80])]).Threshold);
    }

    [Fact]
    public void Equal_scores_are_accepted_together_or_not_at_all()
    {
        ScoredLabel[] labels =
        [
            .. Enumerable.Repeat(new ScoredLabel(0.9, true), 100),
            .. Enumerable.Repeat(new ScoredLabel(0.7, true), 30),
            .. Enumerable.Repeat(new ScoredLabel(0.6, false), 30),
            .. Enumerable.Repeat(new ScoredLabel(0.2, true), 30),
        ];

        Assert.Equal(new HighThreshold(0.6, 130, 0, null), new ThresholdSuggester().High(labels));
    }

    [Fact]
    public void A_score_of_0_is_never_accepted()
    {
        ScoredLabel[] labels = [.. Right(100), .. Enumerable.Repeat(new ScoredLabel(0, true), 50)];

        Assert.Equal(new HighThreshold(0, 100, 0, null), new ThresholdSuggester().High(labels));
    }

    [Fact]
    public void The_low_threshold_drops_what_the_labels_allow()
    {
        var suggester = new ThresholdSuggester(recall: 0.95);

        Assert.Equal(new LowThreshold(null, 1), suggester.Low([.. Enumerable.Range(1, 58).Select(i => i / 100.0)]));
        Assert.Equal(new LowThreshold(0.01, null), suggester.Low([.. Enumerable.Range(1, 59).Select(i => i / 100.0)]));
        // 93 may miss one.
        Assert.Equal(new LowThreshold(0.02, null), suggester.Low([.. Enumerable.Range(1, 93).Select(i => i / 100.0)]));
    }

    /// <summary>Right labels with different scores above ½.</summary>
    private static ScoredLabel[] Right(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new ScoredLabel(0.5 + ((i + 1) / 1000.0), true))];

    private static int Quantile(int draws, double chance, double level) =>
        Enumerable.Range(0, draws).First(count => Binomial.CDF(chance, draws, count) >= level);
}
