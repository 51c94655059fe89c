using Portal.Core.Domain.Evaluation;
using Portal.Core.Domain.Models;
using Portal.Tests.Models;

namespace Portal.Tests.Evaluation;

public class StratifiedFoldsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_fold_gets_its_share_of_every_concept_even_when_rows_have_several(int seed)
    {
        var random = new Random(seed);
        var set = TrainingSets.Make(
            203,
            2,
            4,
            1,
            seed,
            (_, concept) => (sbyte)(random.NextDouble() < new[] { 0.5, 0.3, 0.1, 0.04 }[concept] ? 1 : 0)
        );
        var folds = StratifiedFolds.Assign(set, 5, seed);

        for (var concept = 0; concept < 4; concept++)
        {
            var positives = Enumerable.Range(0, set.Count).Where(row => set.LabelsOf(row)[concept] == 1).ToList();
            Assert.All(
                Enumerable.Range(0, 5),
                fold =>
                    Assert.InRange(
                        positives.Count(row => folds[row] == fold),
                        (positives.Count / 5) - 1,
                        (positives.Count / 5) + 2
                    )
            );
        }

        Assert.All(Enumerable.Range(0, 5), fold => Assert.InRange(folds.Count(at => at == fold), 38, 43));
    }

    [Fact]
    public void A_concept_with_as_many_inputs_as_folds_is_in_each_fold_once()
    {
        var set = TrainingSets.Make(
            100,
            2,
            2,
            1,
            1,
            (row, concept) =>
                (sbyte)(
                    concept == 0 ? row % 2
                    : row < 5 ? 1
                    : 0
                )
        );
        var folds = StratifiedFolds.Assign(set, 5, 9);

        Assert.Equal([0, 1, 2, 3, 4], folds[..5].Order());
    }

    [Fact]
    public void The_seed_decides()
    {
        var set = TrainingSets.Clusters(60, 2, 3, noise: 1);

        Assert.Equal(StratifiedFolds.Assign(set, 5, 1), StratifiedFolds.Assign(set, 5, 1));
        Assert.NotEqual(StratifiedFolds.Assign(set, 5, 1), StratifiedFolds.Assign(set, 5, 2));
    }
}
