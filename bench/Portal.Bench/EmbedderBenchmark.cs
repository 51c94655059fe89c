using System.Diagnostics;
using System.Globalization;
using Portal.Core.Domain.Models;
using Portal.Core.Engines.Embedding;
using Portal.Core.Engines.Images;
using Portal.Core.Engines.Training;

namespace Portal.Bench;

/// <summary>
/// What the side of the picture costs and gives: accuracy, and how much can be accepted at a precision of 93 %, with
/// few labels a class and in cross-validation. The classifier is one softmax whose C the trainer chooses.
/// </summary>
internal static class EmbedderBenchmark
{
    private const int Draws = 24;
    private const int Folds = 5;
    private const double Precision = 0.93;
    private static readonly int[] s_sides = [224, 256, 288, 384];
    private static readonly int[] s_labels = [10, 20, 60];

    /// <param name="folders">Each holds a folder of photos a class.</param>
    public static void Run(IEnumerable<string> folders)
    {
        foreach (var folder in folders)
        {
            Console.WriteLine(
                "| photos | side | labels a class | accuracy | coverage at 93 % | ms a picture and thread | bytes a "
                    + "vector |"
            );
            Console.WriteLine("|---|---|---|---|---|---|---|");
            foreach (var side in s_sides)
            {
                RunSide(folder, side);
            }
        }
    }

    private static void RunSide(string folder, int side)
    {
        var (set, milliseconds) = Embed(folder, side);
        foreach (var labels in s_labels)
        {
            var draws = new (double Accuracy, double Coverage)[Draws];
            Parallel.For(0, Draws, draw => draws[draw] = Measure(Score(set, Draw(set, labels, new Random(draw + 1)))));
            Print(
                labels.ToString(CultureInfo.InvariantCulture),
                draws.Average(d => d.Accuracy),
                draws.Average(d => d.Coverage)
            );
        }

        int[] rows = [.. Enumerable.Range(0, set.Count)];
        new Random(1).Shuffle(rows);
        var folds = rows.Select((row, place) => (row, place)).ToLookup(each => each.place % Folds, each => each.row);
        var all = Measure(folds.SelectMany(fold => Score(set, [.. rows.Except(fold)])));
        Print("5-fold", all.Accuracy, all.Coverage);

        void Print(string labels, double accuracy, double coverage) =>
            Console.WriteLine(
                $"| {Path.GetFileName(folder.TrimEnd('/'))} | {side} | {labels} | {accuracy:0.000} | "
                    + $"{coverage:0.00} | {milliseconds:0} | {set.Dimensions * 2} |"
            );
    }

    /// <summary>So many of each class by chance; at most half of it.</summary>
    private static List<int> Draw(TrainingSet set, int labels, Random random)
    {
        var taught = new List<int>();
        for (var c = 0; c < set.ConceptIds.Count; c++)
        {
            int[] rows = [.. Enumerable.Range(0, set.Count).Where(row => set.LabelsOf(row)[c] == 1)];
            random.Shuffle(rows);
            taught.AddRange(rows.Take(Math.Min(labels, rows.Length / 2)));
        }

        return taught;
    }

    /// <returns>Of each row that was not taught, the highest score and whether it is right.</returns>
    private static List<(double Score, bool IsRight)> Score(TrainingSet set, List<int> taught)
    {
        var options = new TrainingOptions { MutuallyExclusive = true, ClosedEnvironment = true };
        var head = new LogisticRegressionTrainer().Train(set.Select(taught), options, null, CancellationToken.None);
        var scores = new double[set.ConceptIds.Count];
        return
        [
            .. Enumerable
                .Range(0, set.Count)
                .Except(taught)
                .Select(row =>
                {
                    head.Score(set.Embedding(row), scores);
                    var highest = Array.IndexOf(scores, scores.Max());
                    return (scores[highest], set.LabelsOf(row)[highest] == 1);
                }),
        ];
    }

    /// <summary>Coverage: the largest share that any threshold accepts with so many of the accepted right.</summary>
    private static (double Accuracy, double Coverage) Measure(IEnumerable<(double Score, bool IsRight)> answers)
    {
        var sorted = answers.OrderByDescending(answer => answer.Score).ToList();
        var (right, accepted) = (0, 0);
        for (var i = 0; i < sorted.Count; i++)
        {
            if (sorted[i].IsRight)
            {
                right++;
            }
            // Equal scores are accepted together.
            var isLastOfEqual = i + 1 == sorted.Count || sorted[i + 1].Score < sorted[i].Score;
            if (isLastOfEqual && right >= Precision * (i + 1))
            {
                accepted = i + 1;
            }
        }

        return ((double)right / sorted.Count, (double)accepted / sorted.Count);
    }

    private static (TrainingSet Set, double Milliseconds) Embed(string folder, int side)
    {
        var concepts = Directory.GetDirectories(folder).Order(StringComparer.Ordinal).ToList();
        var photos = concepts
            .SelectMany(
                (concept, label) =>
                    Directory.GetFiles(concept).Order(StringComparer.Ordinal).Select(path => (path, label))
            )
            .ToList();
        var decoder = new VipsImageDecoder(new ImageLimits());
        using var embedder = OnnxImageEmbedder.Load(new EmbedderOptions { Threads = 1, Side = side });
        var vectors = new Half[photos.Count * embedder.Dimensions];
        long ticks = 0;
        Parallel.For(
            0,
            photos.Count,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            i =>
            {
                var rgb = new byte[embedder.Side * embedder.Side * 3];
                decoder.DecodeSquare(photos[i].path, embedder.Side, rgb, CancellationToken.None);
                var start = Stopwatch.GetTimestamp();
                embedder.Embed(rgb, 1, vectors.AsSpan(i * embedder.Dimensions, embedder.Dimensions));
                Interlocked.Add(ref ticks, Stopwatch.GetTimestamp() - start);
            }
        );
        var labels = photos.SelectMany(photo => concepts.Select((_, c) => (sbyte)(c == photo.label ? 1 : 0))).ToArray();
        var set = new TrainingSet(
            photos.Count,
            embedder.Dimensions,
            vectors,
            [.. concepts.Select((_, c) => (long)c)],
            labels
        );
        return (set, ticks * 1000.0 / Stopwatch.Frequency / photos.Count);
    }
}
