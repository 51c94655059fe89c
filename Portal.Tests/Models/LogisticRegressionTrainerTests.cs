using MathNet.Numerics.LinearAlgebra;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Models;
using Portal.Core.Engines.Training;

namespace Portal.Tests.Models;

public class LogisticRegressionTrainerTests
{
    private static readonly int[] s_thirty = [.. Enumerable.Range(0, 30)];

    [Theory]
    [InlineData(0.003)]
    [InlineData(0.1)]
    [InlineData(10)]
    public void Sigmoids_agree_with_newtons_method(double c)
    {
        var set = TrainingSets.Clusters(30, 5, 3, noise: 2);
        var head = Train(set, new TrainingOptions { C = c });
        var x = NewtonReference.Features(set, s_thirty);
        for (var concept = 0; concept < 3; concept++)
        {
            var expected = NewtonReference.Sigmoid(
                x,
                [.. s_thirty.Select(row => (double)set.LabelsOf(row)[concept])],
                c
            );
            Assert.All(s_thirty, row => Assert.Equal(expected[row], TrainingSets.Score(head, set, row)[concept], 1e-5));
        }
    }

    [Theory]
    [InlineData(0.003)]
    [InlineData(1)]
    public void A_softmax_agrees_with_newtons_method(double c)
    {
        var set = TrainingSets.Clusters(30, 4, 3, noise: 2);
        var head = Train(
            set,
            new TrainingOptions
            {
                C = c,
                MutuallyExclusive = true,
                ClosedEnvironment = true,
            }
        );
        var targets = Matrix<double>.Build.Dense(30, 3, (row, concept) => set.LabelsOf(row)[concept]);
        var expected = NewtonReference.Softmax(NewtonReference.Features(set, s_thirty), targets, c);

        Assert.Equal(ClassifierLink.Softmax, head.Link);
        Assert.All(
            s_thirty,
            row =>
                Assert.All(
                    TrainingSets.Score(head, set, row),
                    (score, concept) => Assert.Equal(expected[row, concept], score, 1e-5)
                )
        );
    }

    [Fact]
    public void An_open_softmax_learns_none_of_these_as_one_more_class()
    {
        var set = TrainingSets.Make(
            30,
            4,
            3,
            2,
            1,
            (row, concept) => (sbyte)(row % 3 == concept && concept < 2 ? 1 : 0)
        );
        var two = new TrainingSet(
            30,
            4,
            set.Embeddings,
            [101, 102],
            [.. s_thirty.SelectMany(row => set.LabelsOf(row)[..2].ToArray())]
        );
        var head = Train(two, new TrainingOptions { C = 1, MutuallyExclusive = true });
        var targets = Matrix<double>.Build.Dense(30, 3, (row, concept) => row % 3 == concept ? 1 : 0);
        var expected = NewtonReference.Softmax(NewtonReference.Features(set, s_thirty), targets, 1);

        Assert.Equal(ClassifierLink.SoftmaxWithNone, head.Link);
        Assert.All(
            s_thirty,
            row =>
                Assert.All(
                    TrainingSets.Score(head, two, row),
                    (score, concept) => Assert.Equal(expected[row, concept], score, 1e-5)
                )
        );
    }

    [Fact]
    public void A_closed_softmax_leaves_out_rows_that_show_nothing()
    {
        var set = TrainingSets.Make(40, 4, 2, 2, 1, (row, concept) => (sbyte)(row < 30 && row % 2 == concept ? 1 : 0));
        var options = new TrainingOptions
        {
            C = 1,
            MutuallyExclusive = true,
            ClosedEnvironment = true,
        };

        Assert.Equal(Train(set.Select(s_thirty), options).ToBytes(), Train(set, options).ToBytes());
    }

    [Fact]
    public void A_softmax_over_two_concepts_is_a_sigmoid_with_twice_the_data_weight()
    {
        var set = TrainingSets.Clusters(40, 6, 2, noise: 2);
        var softmax = Train(
            set,
            new TrainingOptions
            {
                C = 0.5,
                MutuallyExclusive = true,
                ClosedEnvironment = true,
            }
        );
        var sigmoid = Train(set, new TrainingOptions { C = 1 });

        Assert.All(
            Enumerable.Range(0, 40),
            row =>
                Assert.Equal(TrainingSets.Score(sigmoid, set, row)[0], TrainingSets.Score(softmax, set, row)[0], 1e-5)
        );
    }

    [Fact]
    public void The_objective_is_flat_at_the_answer_by_finite_differences()
    {
        // One dimension: the weight and bias can be read off the scores, and the objective written down.
        const double c = 0.7;
        var set = TrainingSets.Clusters(24, 1, 2, noise: 0.3);
        var head = Train(set, new TrainingOptions { C = c });
        var rows = Enumerable.Range(0, 24).ToArray();
        var x = NewtonReference.Features(set, rows).Column(0);
        var logits = rows.Select(row => Math.Log(1 / ((1 / TrainingSets.Score(head, set, row)[0]) - 1))).ToArray();
        var (low, high) = (x.MinimumIndex(), x.MaximumIndex());
        var weight = (logits[high] - logits[low]) / (x[high] - x[low]);
        var bias = logits[low] - (weight * x[low]);

        const double h = 1e-3;
        Assert.Equal(0, (Objective(weight + h, bias) - Objective(weight - h, bias)) / (2 * h), 1e-4);
        Assert.Equal(0, (Objective(weight, bias + h) - Objective(weight, bias - h)) / (2 * h), 1e-4);
        Assert.True(Math.Abs(weight) > 0.1, "The concepts differ, so a flat weight would be wrong.");

        double Objective(double w, double b) =>
            (
                c
                * rows.Sum(row =>
                {
                    var z = (w * x[row]) + b;
                    return set.LabelsOf(row)[0] == 1 ? Math.Log(1 + Math.Exp(-z)) : Math.Log(1 + Math.Exp(z));
                })
            ) + (w * w / 2);
    }

    [Fact]
    public void Features_that_say_nothing_leave_the_frequency_of_the_concept()
    {
        var embeddings = Enumerable.Repeat((Half)1.5, 20 * 3).ToArray();
        var set = new TrainingSet(
            20,
            3,
            embeddings,
            [7],
            [.. Enumerable.Range(0, 20).Select(row => (sbyte)(row < 5 ? 1 : 0))]
        );

        Assert.Equal(0.25, TrainingSets.Score(Train(set, new TrainingOptions()), set, 0)[0], 1e-6);
    }

    [Fact]
    public void Separable_data_are_separated_with_finite_weights()
    {
        var set = TrainingSets.Clusters(60, 32, 4, noise: 0.1);
        var head = Train(set, new TrainingOptions { C = 1000 });

        Assert.All(
            Enumerable.Range(0, 60),
            row =>
                Assert.All(
                    TrainingSets.Score(head, set, row),
                    (score, concept) => Assert.Equal(set.LabelsOf(row)[concept] == 1, score > 0.9)
                )
        );
    }

    [Fact]
    public void Unknown_labels_take_no_part_in_their_concept()
    {
        const double c = 0.5;
        var known = TrainingSets.Clusters(30, 4, 2, noise: 2);
        var set = TrainingSets.Make(
            30,
            4,
            2,
            2,
            1,
            (row, concept) =>
                (sbyte)(
                    concept == 1 && row >= 20 ? -1
                    : row % 2 == concept ? 1
                    : 0
                )
        );
        var head = Train(set, new TrainingOptions { C = c });
        var x = NewtonReference.Features(set, s_thirty);
        var first20 = s_thirty[..20];
        var expected = NewtonReference.Sigmoid(
            x.SubMatrix(0, 20, 0, 5),
            [.. first20.Select(row => (double)known.LabelsOf(row)[1])],
            c
        );

        Assert.All(first20, row => Assert.Equal(expected[row], TrainingSets.Score(head, set, row)[1], 1e-5));
    }

    [Fact]
    public void Rows_without_any_known_label_change_nothing()
    {
        var set = TrainingSets.Make(
            40,
            4,
            2,
            2,
            1,
            (row, concept) =>
                (sbyte)(
                    row >= 30 ? -1
                    : row % 2 == concept ? 1
                    : 0
                )
        );

        Assert.Equal(
            Train(set.Select(s_thirty), new TrainingOptions()).ToBytes(),
            Train(set, new TrainingOptions()).ToBytes()
        );
    }

    [Fact]
    public void Training_twice_gives_the_same_bytes()
    {
        var set = TrainingSets.Clusters(500, 64, 5, noise: 2);

        Assert.Equal(Train(set, new TrainingOptions()).ToBytes(), Train(set, new TrainingOptions()).ToBytes());
    }

    [Fact]
    public void More_weight_on_the_data_moves_scores_further_from_the_middle()
    {
        var set = TrainingSets.Clusters(40, 8, 2, noise: 2);
        var spread = new[] { 0.001, 0.01, 0.1, 1 }
            .Select(c =>
            {
                var head = Train(set, new TrainingOptions { C = c });
                return Enumerable.Range(0, 40).Average(row => Math.Abs(TrainingSets.Score(head, set, row)[0] - 0.5));
            })
            .ToList();

        Assert.Equal(spread.Order(), spread);
        Assert.Equal(4, spread.Distinct().Count());
    }

    [Fact]
    public void Nothing_labelled_is_no_data()
    {
        var set = TrainingSets.Make(10, 3, 2, 1, 1, (_, _) => -1);
        var problem = Assert.Throws<PortalException>(() => Train(set, new TrainingOptions()));

        Assert.Equal(StatusCode.ModelNoData, problem.Code);
    }

    [Fact]
    public void Concepts_never_present_are_named()
    {
        var set = TrainingSets.Make(10, 3, 3, 1, 1, (row, concept) => (sbyte)(concept == 1 && row % 2 == 0 ? 1 : 0));
        var problem = Assert.Throws<PortalException>(() => Train(set, new TrainingOptions()));

        Assert.Equal(StatusCode.ModelNoPositives, problem.Code);
        Assert.Equal("101,103", problem.Subject);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_class_alone_cannot_be_learned(bool exclusive)
    {
        var set = TrainingSets.Make(10, 3, 1, 1, 1, (_, _) => 1);
        var problem = Assert.Throws<PortalException>(() =>
            Train(set, new TrainingOptions { MutuallyExclusive = exclusive })
        );

        Assert.Equal(StatusCode.ModelOneClass, problem.Code);
    }

    [Fact]
    public void An_embedding_that_is_not_finite_is_refused()
    {
        var set = TrainingSets.Clusters(10, 3, 2, noise: 1);
        var embeddings = set.Embeddings.ToArray();
        embeddings[4] = Half.NaN;

        Assert.Throws<ArgumentException>(() =>
            Train(new TrainingSet(10, 3, embeddings, set.ConceptIds, set.Labels), new TrainingOptions())
        );
    }

    [Fact]
    public void Progress_ends_at_one_and_cancelling_stops()
    {
        var set = TrainingSets.Clusters(100, 16, 3, noise: 2);
        using var cancel = new CancellationTokenSource();
        var reports = new List<double>();
        new LogisticRegressionTrainer().Train(set, new TrainingOptions(), new Reporter(reports.Add), cancel.Token);

        Assert.All(reports, report => Assert.InRange(report, 0, 1));
        Assert.Equal(1, reports[^1]);
        Assert.ThrowsAny<OperationCanceledException>(() =>
            new LogisticRegressionTrainer().Train(
                set,
                new TrainingOptions(),
                new Reporter(_ => cancel.Cancel()),
                cancel.Token
            )
        );
    }

    private static ClassifierHead Train(TrainingSet set, TrainingOptions options) =>
        new LogisticRegressionTrainer().Train(set, options, null, TestContext.Current.CancellationToken);

    private sealed class Reporter(Action<double> report) : IProgress<double>
    {
        public void Report(double value) => report(value);
    }
}
