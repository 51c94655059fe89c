using System.Diagnostics;
using Portal.Core.Domain.Models;
using Portal.Core.Engines.Training;

namespace Portal.Bench;

/// <summary>How long one training takes on 10,000 labelled inputs with ten concepts.</summary>
internal static class TrainingBenchmark
{
    private const int Inputs = 10_000;
    private const int Concepts = 10;

    /// <summary>As many numbers as the embedder of the portal gives.</summary>
    public const int UsualDimensions = 512;

    public static void Run(int dimensions)
    {
        var set = Draw(dimensions);
        foreach (var exclusive in new[] { false, true })
        {
            var watch = Stopwatch.StartNew();
            new LogisticRegressionTrainer().Train(
                set,
                new TrainingOptions { MutuallyExclusive = exclusive },
                null,
                CancellationToken.None
            );
            Console.WriteLine(
                $"Training: {Inputs} × {dimensions} × {Concepts}, {(exclusive ? "one softmax" : "a sigmoid each")}: "
                    + $"{watch.Elapsed.TotalSeconds:0.0} s on {Environment.ProcessorCount} processors"
            );
        }
    }

    /// <summary>
    /// Non-negative vectors, each drawn around the centre of its concept: separable in part, as photos are.
    /// </summary>
    private static TrainingSet Draw(int dimensions)
    {
        var random = new Random(1);
        var centres = new float[Concepts * dimensions];
        for (var i = 0; i < centres.Length; i++)
        {
            centres[i] = random.NextSingle();
        }

        var vectors = new Half[Inputs * dimensions];
        var labels = new sbyte[Inputs * Concepts];
        for (var row = 0; row < Inputs; row++)
        {
            var concept = random.Next(Concepts);
            labels[(row * Concepts) + concept] = 1;
            for (var i = 0; i < dimensions; i++)
            {
                vectors[(row * dimensions) + i] = (Half)
                    MathF.Max(
                        0,
                        (0.2f * centres[(concept * dimensions) + i])
                            + (random.NextSingle() * random.NextSingle() * 2)
                            - 0.3f
                    );
            }
        }
        return new TrainingSet(
            Inputs,
            dimensions,
            vectors,
            [.. Enumerable.Range(1, Concepts).Select(i => (long)i)],
            labels
        );
    }
}
