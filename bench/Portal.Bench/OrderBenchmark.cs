using Portal.Core.Domain.Models;
using Portal.Core.Engines.Embedding;
using Portal.Core.Engines.Images;
using Portal.Core.Engines.Training;
using Portal.Core.Services.Labeling;

namespace Portal.Bench;

/// <summary>
/// How many labels a classifier needs in random order, and in the order that teaches most. Half of the photos are never
/// labelled and measure accuracy; the rest is labelled batch by batch from the same random start, and the classifier
/// trained after each. Printed is the mean of several draws.
/// </summary>
internal static class OrderBenchmark
{
    private const int Draws = 10;
    private const int Batch = 20;
    private const int MostLabels = 360;

    /// <summary>
    /// Fixed, for choosing it anew after each batch would take five times as long and treat both orders alike.
    /// </summary>
    private static readonly TrainingOptions s_options = new() { C = 0.01 };

    /// <param name="folder">One folder of photos a concept.</param>
    public static void Run(string folder)
    {
        var set = Embed(folder);
        Console.WriteLine(
            $"{Path.GetFileName(folder.TrimEnd('/'))}: {set.Count} photos, {set.ConceptIds.Count} concepts, mean of "
                + $"{Draws} draws"
        );
        Console.WriteLine("labels   random   teaches most");
        var (random, taught) = (Curve(set, teaches: false), Curve(set, teaches: true));
        for (var i = 0; i < random.Length; i++)
        {
            Console.WriteLine($"{(i + 2) * Batch, 6} {random[i], 8:0.0%} {taught[i], 14:0.0%}");
        }

        Console.WriteLine($"  mean {random.Average(), 8:0.0%} {taught.Average(), 14:0.0%}");
        foreach (var part in new[] { 0.8, 0.9, 0.95, 1 })
        {
            var goal = part * random[^1];
            Console.WriteLine(
                $"accuracy {goal:0.0%}: {LabelsFor(random, goal)} labels at random, {LabelsFor(taught, goal)} "
                    + $"in the order that teaches most"
            );
        }
    }

    private static string LabelsFor(double[] curve, double goal) =>
        Array.FindIndex(curve, accuracy => accuracy >= goal) switch
        {
            < 0 => $"more than {(curve.Length + 1) * Batch}",
            var step => $"{(step + 2) * Batch}",
        };

    private static double[] Curve(TrainingSet set, bool teaches)
    {
        var steps = (Math.Min(MostLabels, set.Count / 2) / Batch) - 1;
        var curves = new double[Draws][];
        Parallel.For(0, Draws, draw => curves[draw] = Curve(set, teaches, steps, new Random(draw + 1)));
        return [.. Enumerable.Range(0, steps).Select(step => curves.Average(curve => curve[step]))];
    }

    private static double[] Curve(TrainingSet set, bool teaches, int steps, Random random)
    {
        var curve = new double[steps];
        var rows = Enumerable.Range(0, set.Count).ToArray();
        random.Shuffle(rows);
        var test = rows[..(set.Count / 2)];
        var unlabelled = rows[test.Length..].ToList();
        var labelled = Start(set, unlabelled);
        for (var step = 0; step < steps; step++)
        {
            var head = new LogisticRegressionTrainer().Train(
                set.Select(labelled),
                s_options,
                null,
                CancellationToken.None
            );
            curve[step] = Accuracy(set, head, test);
            var next = teaches ? Next(set, head, unlabelled) : unlabelled.Take(Batch).ToList();
            labelled.AddRange(next);
            unlabelled = [.. unlabelled.Except(next)];
        }

        return curve;
    }

    /// <summary>
    /// Two batches at random; a concept they lack gets one photo, for a classifier cannot be trained without.
    /// </summary>
    private static List<int> Start(TrainingSet set, List<int> unlabelled)
    {
        var start = Enumerable
            .Range(0, set.ConceptIds.Count)
            .Select(concept => unlabelled.First(row => set.LabelsOf(row)[concept] == 1))
            .Concat(unlabelled)
            .Distinct()
            .Take(2 * Batch)
            .ToList();
        unlabelled.RemoveAll(start.Contains);
        return start;
    }

    private static List<int> Next(TrainingSet set, ClassifierHead head, List<int> unlabelled)
    {
        var scores = new double[set.ConceptIds.Count];
        return
        [
            .. unlabelled
                .OrderBy(row =>
                {
                    head.Score(set.Embedding(row), scores);
                    return UncertaintyOrder.Certainty([.. scores.OrderDescending()]);
                })
                .Take(Batch),
        ];
    }

    private static double Accuracy(TrainingSet set, ClassifierHead head, int[] test)
    {
        var scores = new double[set.ConceptIds.Count];
        return test.Average(row =>
        {
            head.Score(set.Embedding(row), scores);
            return set.LabelsOf(row)[Array.IndexOf(scores, scores.Max())] == 1 ? 1.0 : 0;
        });
    }

    private static TrainingSet Embed(string folder)
    {
        var concepts = Directory.GetDirectories(folder).Order(StringComparer.Ordinal).ToList();
        var photos = concepts
            .SelectMany(
                (concept, label) =>
                    Directory.GetFiles(concept).Order(StringComparer.Ordinal).Select(path => (path, label))
            )
            .ToList();
        var decoder = new VipsImageDecoder(new ImageLimits());
        using var embedder = OnnxImageEmbedder.Load(new EmbedderOptions { Threads = 1 });
        var vectors = new Half[photos.Count * embedder.Dimensions];
        Parallel.For(
            0,
            photos.Count,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            i =>
            {
                var rgb = new byte[embedder.Side * embedder.Side * 3];
                decoder.DecodeSquare(photos[i].path, embedder.Side, rgb, CancellationToken.None);
                embedder.Embed(rgb, 1, vectors.AsSpan(i * embedder.Dimensions, embedder.Dimensions));
            }
        );
        var labels = photos.SelectMany(photo => concepts.Select((_, c) => (sbyte)(c == photo.label ? 1 : 0))).ToArray();
        return new TrainingSet(
            photos.Count,
            embedder.Dimensions,
            vectors,
            [.. concepts.Select((_, c) => (long)c)],
            labels
        );
    }
}
