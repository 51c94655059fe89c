using System.Diagnostics;
using System.Runtime.InteropServices;
using Portal.Core.Embeddings;
using Portal.Core.Interop.OnnxRuntime;
using Portal.Tests.Support;

namespace Portal.Tests.Embeddings;

public sealed class OnnxImageEmbedderTests(EmbedderFixture fixture) : IClassFixture<EmbedderFixture>
{
    private static readonly string ModelFolder = Path.Combine(AppContext.BaseDirectory, "models");

    private static readonly string ModelPath = Path.Combine(ModelFolder, "ssdlite-mobilenetv2.onnx");

    [Fact]
    public void The_default_embedder_gives_2816_values_of_384_pixel_squares()
    {
        using var embedder = OnnxImageEmbedder.Load(new EmbedderOptions());

        Assert.Equal((384, 2816), (embedder.Side, embedder.Dimensions));
    }

    /// <summary>The original graph runs in TensorFlow.js, another engine on other weights files: a second way to the same numbers.</summary>
    [Fact]
    public async Task The_converted_network_agrees_with_the_original()
    {
        using var folder = new TemporaryFolder();
        var planes = EmbedderFixture.Planes(EmbedderFixture.Pictures(1));
        var input = folder.Write("input.f32", MemoryMarshal.AsBytes<float>(planes));
        var output = Path.Combine(folder.Path, "output.f32");

        await RunReference(input, output);

        var expected = MemoryMarshal.Cast<byte, float>(await File.ReadAllBytesAsync(output, TestContext.Current.CancellationToken)).ToArray();
        var actual = RunNetwork(planes);
        Assert.Equal(expected.Length, actual.Length);
        Assert.True(expected.Max() > 0.5f && expected.Count(value => value > 0.01f) > 500, "The picture must excite the network, or nothing is compared.");
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-3f));
    }

    [Fact]
    public void Vectors_are_the_networks_values_rounded_to_half_precision()
    {
        var rgb = EmbedderFixture.Pictures(1);
        var values = RunNetwork(EmbedderFixture.Planes(rgb));

        var vector = fixture.Embed(rgb);

        // Half of the distance between neighbours of half precision: 2⁻¹¹ of the value, or 2⁻²⁵ near zero; the rest is for the network's own last bit.
        Assert.All(values.Zip(vector), pair => Assert.Equal(pair.First, (float)pair.Second, MathF.Max(MathF.Abs(pair.First) / 2048, 3e-8f) + 1e-6f));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void A_picture_gets_the_same_vector_alone_and_in_a_batch(int count)
    {
        var rgb = EmbedderFixture.Pictures(count);
        var pictureSize = rgb.Length / count;

        var together = fixture.Embed(rgb);

        var alone = rgb.Chunk(pictureSize).SelectMany(fixture.Embed).ToArray();
        Assert.All(alone.Zip(together), pair => Assert.Equal((float)pair.First, (float)pair.Second, 2e-3f));
        Assert.NotEqual(together[..fixture.Embedder.Dimensions], together[^fixture.Embedder.Dimensions..]);
    }

    [Fact]
    public void Many_threads_share_one_embedder()
    {
        var pictures = Enumerable.Range(1, 4).Select(seed => EmbedderFixture.Pictures(1, seed)).ToArray();
        var expected = pictures.Select(fixture.Embed).ToArray();

        Parallel.For(0, 24, new ParallelOptions { MaxDegreeOfParallelism = 6 }, i =>
            Assert.Equal(expected[i % 4], fixture.Embed(pictures[i % 4])));
    }

    [Theory]
    [InlineData(1, 100)]
    [InlineData(0, 0)]
    public void A_length_that_does_not_fit_is_an_error(int count, int bytes)
        => Assert.Throws<ArgumentOutOfRangeException>(() => fixture.Embedder.Embed(new byte[bytes], count, new Half[count * fixture.Embedder.Dimensions]));

    [Fact]
    public void The_identity_is_stable_and_depends_on_the_side()
    {
        using var same = OnnxImageEmbedder.Load(new EmbedderOptions { Side = EmbedderFixture.Side, Threads = 1 });
        using var other = OnnxImageEmbedder.Load(new EmbedderOptions { Side = EmbedderFixture.Side + 32 });

        Assert.Equal(fixture.Embedder.Identity, same.Identity);
        Assert.NotEqual(fixture.Embedder.Identity.Key, other.Identity.Key);
        Assert.InRange(same.Identity.Key.Length, 1, 120);
    }

    private static float[] RunNetwork(float[] planes)
    {
        using var session = new OnnxSession(File.ReadAllBytes(ModelPath), threads: 2);
        var values = new float[session.Outputs[0].Shape[^1]];
        session.Run(planes, [1, 3, EmbedderFixture.Side, EmbedderFixture.Side], [0], values);
        return values;
    }

    private static async Task RunReference(string input, string output)
    {
        var side = EmbedderFixture.Side.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo("node", [Path.Combine(SharedData.RepositoryRoot, "build", "embedder", "reference.mjs"), input, side, side, output])
        {
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, errors);
    }
}
