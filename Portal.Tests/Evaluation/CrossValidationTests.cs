using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Evaluation;
using Portal.Core.Domain.Models;
using Portal.Core.Engines.Training;
using Portal.Tests.Models;
using Portal.Tests.Support;

namespace Portal.Tests.Evaluation;

public class CrossValidationTests
{
    [Fact]
    public void Concepts_that_look_different_are_told_apart_on_unseen_rows()
    {
        var set = TrainingSets.Clusters(60, 40, 3, noise: 0.5);

        Assert.True(Validate(set).Accuracy(set) > 0.95);
    }

    [Fact]
    public void Labels_without_meaning_are_guessed_no_better_than_by_chance()
    {
        // A classifier that had seen the rows would score 1 here: there are more dimensions than rows.
        var random = new Random(5);
        var shown = Enumerable.Range(0, 200).Select(_ => random.Next(4)).ToArray();
        var noise = TrainingSets.Make(200, 300, 4, 1, 3, (row, concept) => (sbyte)(shown[row] == concept ? 1 : 0));

        Assert.InRange(Validate(noise).Accuracy(noise), 0.1, 0.4);
    }

    [Fact]
    public void A_score_is_that_of_a_head_trained_without_the_rows_fold()
    {
        var set = TrainingSets.Clusters(40, 6, 2, noise: 2);
        var result = Validate(set);
        int[] others = [.. Enumerable.Range(0, 40).Where(row => result.Folds[row] != result.Folds[0])];
        var head = new LogisticRegressionTrainer().Train(
            set.Select(others),
            new TrainingOptions(),
            null,
            TestContext.Current.CancellationToken
        );

        Assert.Equal(TrainingSets.Score(head, set, 0), result.Scores[..2]);
    }

    [Fact]
    public void Accuracy_counts_rows_whose_highest_score_is_present()
    {
        var set = new TrainingSet(4, 1, new Half[4], [1, 2], [1, 0, 0, 1, 1, 1, 0, 0]);

        Assert.Equal(
            2 / 3.0,
            new CrossValidationResult([0.9, 0.1, 0.8, 0.2, 0.3, 0.4, 1, 1], [0, 1, 2, 3]).Accuracy(set),
            1e-12
        );
    }

    [Fact]
    public void One_concept_is_too_few()
    {
        var set = TrainingSets.Make(20, 2, 1, 1, 1, (row, _) => (sbyte)(row % 2));

        Assert.Equal(StatusCode.EvaluationTooFewConcepts, Assert.Throws<PortalException>(() => Validate(set)).Code);
    }

    [Fact]
    public void Concepts_with_fewer_than_five_inputs_are_named()
    {
        var set = TrainingSets.Make(
            20,
            2,
            2,
            1,
            1,
            (row, concept) =>
                (sbyte)(
                    concept == 0 ? row % 2
                    : row < 4 ? 1
                    : 0
                )
        );
        var problem = Assert.Throws<PortalException>(() => Validate(set));

        Assert.Equal(StatusCode.EvaluationTooFewInputs, problem.Code);
        Assert.Equal("102", problem.Subject);
    }

    private static CrossValidationResult Validate(TrainingSet set) =>
        new CrossValidation(new LogisticRegressionTrainer()).Run(
            set,
            new TrainingOptions(),
            seed: 1,
            null,
            TestContext.Current.CancellationToken
        );
}
