using Portal.Core.Domain.Models;

namespace Portal.Tests.Models;

/// <summary>
/// Made-up labelled embeddings: non-negative, correlated and noisy, like a network's pooled activations.
/// </summary>
internal static class TrainingSets
{
    /// <summary>
    /// Row i shows concept i mod <paramref name="concepts"/> alone; the concepts' keys are 101, 102, …
    /// </summary>
    public static TrainingSet Clusters(int count, int dimensions, int concepts, double noise, int seed = 1) =>
        Make(count, dimensions, concepts, noise, seed, (row, concept) => (sbyte)(row % concepts == concept ? 1 : 0));

    public static TrainingSet Make(
        int count,
        int dimensions,
        int concepts,
        double noise,
        int seed,
        Func<int, int, sbyte> label
    )
    {
        var random = new Random(seed);
        var centres = Enumerable.Range(0, concepts * dimensions).Select(_ => random.NextDouble() * 2).ToArray();
        var embeddings = new Half[count * dimensions];
        var labels = new sbyte[count * concepts];
        for (var row = 0; row < count; row++)
        {
            for (var d = 0; d < dimensions; d++)
            {
                embeddings[(row * dimensions) + d] = (Half)
                    Math.Abs(centres[(row % concepts * dimensions) + d] + (noise * ((random.NextDouble() * 2) - 1)));
            }

            for (var concept = 0; concept < concepts; concept++)
            {
                labels[(row * concepts) + concept] = label(row, concept);
            }
        }

        return new TrainingSet(
            count,
            dimensions,
            embeddings,
            [.. Enumerable.Range(101, concepts).Select(id => (long)id)],
            labels
        );
    }

    public static double[] Score(ClassifierHead head, TrainingSet set, int row)
    {
        var scores = new double[head.ConceptIds.Count];
        head.Score(set.Embedding(row), scores);
        return scores;
    }
}
