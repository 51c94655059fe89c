using System.Reflection;
using Microsoft.ML.OnnxRuntime;
using Portal.Core.Domain.Errors;
using Portal.Core.Engines.Embedding;

namespace Portal.Tests.Embeddings;

public sealed class OnnxImageEmbedderTests(EmbedderFixture fixture) : IClassFixture<EmbedderFixture>
{
    private static readonly string ModelFolder = Path.Combine(AppContext.BaseDirectory, "models");

    private static readonly string ModelPath = Path.Combine(ModelFolder, "resnet18.onnx");

    [Fact]
    public void The_default_embedder_gives_512_values_of_288_pixel_squares()
    {
        using var embedder = OnnxImageEmbedder.Load(new EmbedderOptions());

        Assert.Equal((288, 512), (embedder.Side, embedder.Dimensions));
    }

    /// <summary>
    /// The graph that the package carries takes 224-pixel squares only; there both must say the same.
    /// </summary>
    [Fact]
    public void The_edited_network_agrees_with_the_original()
    {
        const int side = 224;
        var original = typeof(OnnxImageEmbedderTests)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(a => a.Key == "OriginalNetwork")
            .Value!;
        // Coloured waves: edges and slopes as photos have them.
        var planes = Enumerable
            .Range(0, 3 * side * side)
            .Select(i =>
                120 * MathF.Sin((i % side * (1 + (i / (side * side))) / 30f) + MathF.Sin(i / side % side / 25f))
            )
            .ToArray();

        var expected = RunNetwork(original, "Input247", "Pooling395_Output_0", planes, side);

        Assert.True(
            expected.Max() > 0.5f && expected.Count(value => value > 0.01f) > 200,
            "The picture must excite the network, or nothing is compared."
        );
        var actual = RunNetwork(ModelPath, "image", "embedding", planes, side);
        Assert.Equal(512, actual.Length);
        Assert.All(
            expected.Zip(actual),
            pair => Assert.Equal(pair.First, pair.Second, 1e-4f * MathF.Max(1, pair.First))
        );
    }

    [Fact]
    public void An_execution_provider_that_is_not_built_in_is_named_with_what_to_do()
    {
        Assert.SkipWhen(
            Microsoft.ML.OnnxRuntime.OrtEnv.Instance().GetAvailableProviders().Contains("CUDAExecutionProvider"),
            "This build has CUDA."
        );

        var failure = Assert.Throws<PortalException>(() =>
            OnnxImageEmbedder.Load(new EmbedderOptions { Provider = ExecutionProvider.Cuda })
        );

        Assert.Contains("Embedder:Provider", failure.Message, StringComparison.Ordinal);
        Assert.Contains("-p:OnnxRuntimeCuda=true", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_embedder_that_is_disposed_waits_for_what_runs_and_then_refuses()
    {
        var embedder = OnnxImageEmbedder.Load(new EmbedderOptions { Side = EmbedderFixture.Side });
        var picture = EmbedderFixture.Pictures(1);
        var threads = Enumerable
            .Range(0, 4)
            .Select(_ =>
                Task.Factory.StartNew(
                    () =>
                    {
                        while (true)
                        {
                            embedder.Embed(picture, 1, new Half[embedder.Dimensions]);
                        }
                    },
                    TestContext.Current.CancellationToken,
                    TaskCreationOptions.LongRunning,
                    TaskScheduler.Default
                )
            )
            .ToArray();

        embedder.Dispose();

        Assert.All(
            threads,
            thread =>
                Assert.IsType<ObjectDisposedException>(
                    Assert
                        .Throws<AggregateException>(() => thread.Wait(TestContext.Current.CancellationToken))
                        .InnerException
                )
        );
        embedder.Dispose();
    }

    [Fact]
    public void Vectors_are_the_networks_values_rounded_to_half_precision()
    {
        var rgb = EmbedderFixture.Pictures(1);
        var values = RunNetwork(ModelPath, "image", "embedding", EmbedderFixture.Planes(rgb), EmbedderFixture.Side);

        var vector = fixture.Embed(rgb);

        // Half of the distance between neighbours of half precision: 2⁻¹¹ of the value, or 2⁻²⁵ near zero; the rest is
        // for the network's own last bit.
        Assert.All(
            values.Zip(vector),
            pair => Assert.Equal(pair.First, (float)pair.Second, MathF.Max(MathF.Abs(pair.First) / 2048, 3e-8f) + 1e-6f)
        );
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

        Parallel.For(
            0,
            24,
            new ParallelOptions { MaxDegreeOfParallelism = 6 },
            i => Assert.Equal(expected[i % 4], fixture.Embed(pictures[i % 4]))
        );
    }

    [Theory]
    [InlineData(1, 100)]
    [InlineData(0, 0)]
    public void A_length_that_does_not_fit_is_an_error(int count, int bytes) =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            fixture.Embedder.Embed(new byte[bytes], count, new Half[count * fixture.Embedder.Dimensions])
        );

    [Fact]
    public void The_identity_is_stable_and_depends_on_the_side()
    {
        using var same = OnnxImageEmbedder.Load(new EmbedderOptions { Side = EmbedderFixture.Side, Threads = 1 });
        using var other = OnnxImageEmbedder.Load(new EmbedderOptions { Side = EmbedderFixture.Side + 32 });

        Assert.Equal(fixture.Embedder.Identity, same.Identity);
        Assert.NotEqual(fixture.Embedder.Identity.Key, other.Identity.Key);
        Assert.InRange(same.Identity.Key.Length, 1, 120);
    }

    private static float[] RunNetwork(string path, string inputName, string outputName, float[] planes, int side)
    {
        using var session = OnnxSessions.Open(File.ReadAllBytes(path), threads: 2, ExecutionProvider.Cpu);
        using var input = OrtValue.CreateTensorValueFromMemory(planes, [1, 3, side, side]);
        using var options = new RunOptions();
        using var outputs = session.Run(options, [inputName], [input], [outputName]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
