using Portal.Core.Domain.Models;
using Portal.Core.Engines.Training;
using Portal.Tests.Support;

namespace Portal.Tests.Models;

public sealed class RegulariserChoiceTests
{
    [Fact]
    public void What_is_chosen_has_about_the_least_loss_on_photos_it_was_not_trained_on()
    {
        var set = ParkEmbeddings.Load();
        int[] rows = [.. Enumerable.Range(0, set.Count).Where(row => row % 6 == 0)];
        var trainer = new LogisticRegressionTrainer();
        var taught = set.Select(rows);
        var chosen = trainer
            .Train(taught, new TrainingOptions(), null, TestContext.Current.CancellationToken)
            .ToBytes();

        var losses = new[] { 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3 }.Select(c => (C: c, Loss: Loss(taught, c))).ToList();

        var best = losses.MinBy(l => l.Loss);
        var taken = losses.Single(l =>
            trainer
                .Train(taught, new TrainingOptions { C = l.C }, null, TestContext.Current.CancellationToken)
                .ToBytes()
                .SequenceEqual(chosen)
        );
        Assert.InRange(taken.C, best.C, 3);
        // The folds here are other ones.
        Assert.InRange(taken.Loss, best.Loss, best.Loss * 1.05);
    }

    [Fact]
    public void Where_labels_are_too_few_to_choose_by_C_is_fixed()
    {
        var set = ParkEmbeddings.Load();
        int[] rows =
        [
            .. Enumerable
                .Range(0, set.ConceptIds.Count)
                .SelectMany(concept =>
                    Enumerable.Range(0, set.Count).Where(row => set.LabelsOf(row)[concept] == 1).Take(4)
                ),
        ];
        var few = set.Select(rows);
        var trainer = new LogisticRegressionTrainer();

        Assert.Equal(
            trainer.Train(few, new TrainingOptions { C = 0.03 }, null, TestContext.Current.CancellationToken).ToBytes(),
            trainer.Train(few, new TrainingOptions(), null, TestContext.Current.CancellationToken).ToBytes()
        );
    }

    private static double Loss(TrainingSet set, double c)
    {
        // The rows of a folder lie side by side, so each part has its share of each.
        double loss = 0;
        for (var fold = 0; fold < 5; fold++)
        {
            var rows = Enumerable.Range(0, set.Count).ToLookup(row => row % 5 == fold);
            var head = new LogisticRegressionTrainer().Train(
                set.Select([.. rows[false]]),
                new TrainingOptions { C = c },
                null,
                TestContext.Current.CancellationToken
            );
            var scores = new double[set.ConceptIds.Count];
            foreach (var row in rows[true])
            {
                head.Score(set.Embedding(row), scores);
                for (var concept = 0; concept < scores.Length; concept++)
                {
                    loss -= Math.Log(set.LabelsOf(row)[concept] == 1 ? scores[concept] : 1 - scores[concept]);
                }
            }
        }

        return loss;
    }
}
