using Portal.Core.Domain.Models;
using Portal.Core.Engines.Embedding;
using Portal.Core.Engines.Images;

namespace Portal.Tests.Support;

/// <summary>
/// The photos of <c>park5</c> as the portal embeds them by default, made once for all tests that ask.
/// </summary>
internal static class ParkEmbeddings
{
    public static readonly IReadOnlyList<string> Folders =
    [
        "bike_rider",
        "other",
        "rollerblader",
        "runner",
        "stroller",
        "walker",
    ];

    private static readonly Lazy<TrainingSet> All = new(Embed);

    /// <summary>
    /// One row a photo; its folder is its one present concept, concept keys are places in <see cref="Folders"/>.
    /// </summary>
    public static TrainingSet Load()
    {
        SharedData.Require("park5");
        return All.Value;
    }

    private static TrainingSet Embed()
    {
        var photos = Folders
            .SelectMany(
                (folder, label) =>
                    SharedData
                        .FileNames("park5", folder)
                        .Select(name => (Path: SharedData.Require("park5", folder, name), label))
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
                decoder.DecodeSquare(photos[i].Path, embedder.Side, rgb, CancellationToken.None);
                embedder.Embed(rgb, 1, vectors.AsSpan(i * embedder.Dimensions, embedder.Dimensions));
            }
        );
        var labels = photos
            .SelectMany(photo => Enumerable.Range(0, Folders.Count).Select(c => c == photo.label ? (sbyte)1 : (sbyte)0))
            .ToArray();
        return new TrainingSet(
            photos.Count,
            embedder.Dimensions,
            vectors,
            [.. Enumerable.Range(0, Folders.Count).Select(c => (long)c)],
            labels
        );
    }
}
