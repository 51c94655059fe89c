using Portal.Core.Engines.Embedding;

namespace Portal.Tests.Embeddings;

/// <summary>
/// The default embedder at a small side, which the network takes as well as its own and computes sooner.
/// </summary>
public sealed class EmbedderFixture : IDisposable
{
    public const int Side = 160;

    public OnnxImageEmbedder Embedder { get; } =
        OnnxImageEmbedder.Load(new EmbedderOptions { Side = Side, Threads = 2 });

    /// <summary>Reproducible pictures of count × Side × Side × 3 bytes: slopes and noise.</summary>
    public static byte[] Pictures(int count, int seed = 1)
    {
        var random = new Random(seed);
        var rgb = new byte[count * Side * Side * 3];
        for (var i = 0; i < rgb.Length; i++)
        {
            rgb[i] = (byte)(i / (3 * (1 + i / (Side * Side * 3) + seed)) + random.Next(40));
        }

        return rgb;
    }

    /// <summary>Blue, green and red, as the definition that is built has them.</summary>
    private static readonly IReadOnlyList<float> Mean = EmbedderDefinition
        .Load(Path.Combine(AppContext.BaseDirectory, "models", "resnet18.json"))
        .Input.Mean;

    /// <summary>What the network sees of the pictures: planes B, G and R of each, each less its mean.</summary>
    public static float[] Planes(byte[] rgb)
    {
        var area = Side * Side;
        var planes = new float[rgb.Length];
        for (var i = 0; i < rgb.Length; i++)
        {
            var (picture, pixel, channel) = (i / (area * 3), i / 3 % area, i % 3);
            planes[picture * area * 3 + (2 - channel) * area + pixel] = rgb[i] - Mean[2 - channel];
        }
        return planes;
    }

    public Half[] Embed(byte[] rgb)
    {
        var count = rgb.Length / (Side * Side * 3);
        var vectors = new Half[count * Embedder.Dimensions];
        Embedder.Embed(rgb, count, vectors);
        return vectors;
    }

    public void Dispose() => Embedder.Dispose();
}
