using System.Text;
using Portal.Core.Domain.Errors;
using Portal.Core.Engines.Embedding;
using Portal.Tests.Support;

namespace Portal.Tests.Embeddings;

public sealed class EmbedderDefinitionTests : IDisposable
{
    private static readonly string Models = Path.Combine(AppContext.BaseDirectory, "models");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_missing_definition_is_named_with_the_setting_that_points_to_it()
    {
        var failure = LoadFailure(Path.Combine(_folder.Path, "none.json"));

        Assert.Contains("none.json", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Embedder:Definition", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_mistake_in_a_definition_is_listed()
    {
        var failure = LoadFailure(
            WriteDefinition("a.onnx", side: 5, layout: "HWC", std: "[1, 0, 1]", outputs: "[]", dimensions: 0)
        );

        foreach (var mistake in new[] { "input.layout", "input.side", "input.std", "outputs", "dimensions" })
        {
            Assert.Contains(mistake, failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_definition_that_leaves_something_out_says_what()
    {
        var failure = LoadFailure(_folder.Write("definition.json", """{ "name": "a", "file": "a.onnx" }"""u8));

        Assert.Contains("outputs", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_that_is_none_is_refused_with_the_engines_own_words()
    {
        _folder.Write("broken.onnx", "this is no network"u8);

        var failure = LoadFailure(WriteDefinition("broken.onnx"));

        Assert.Contains("broken.onnx", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Protobuf parsing failed", failure.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("pixels", "[\"embedding\"]", 512, "not one float image named pixels")]
    [InlineData("image", "[\"logits\"]", 512, "it has no output logits; it has embedding [-1, 512]")]
    [InlineData("image", "[\"embedding\"]", 100, "its outputs have 512 values together, and the definition says 100")]
    public void A_definition_that_does_not_fit_its_network_says_where(
        string input,
        string outputs,
        int dimensions,
        string expected
    )
    {
        File.Copy(Path.Combine(Models, "resnet18.onnx"), Path.Combine(_folder.Path, "network.onnx"));

        var failure = LoadFailure(
            WriteDefinition("network.onnx", input: input, outputs: outputs, dimensions: dimensions)
        );

        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// Mean and maximum of each channel are known from the bytes, so order, layout, mean and deviation are all seen.
    /// </summary>
    [Theory]
    [InlineData("NCHW", "RGB")]
    [InlineData("NCHW", "BGR")]
    [InlineData("NHWC", "RGB")]
    [InlineData("NHWC", "BGR")]
    public void Pixels_enter_and_outputs_leave_as_the_definition_says(string layout, string channels)
    {
        _folder.Write("tiny.onnx", TinyNetwork.Write(channelsLast: layout == "NHWC"));
        using var embedder = Load(
            WriteDefinition(
                "tiny.onnx",
                side: 32,
                layout: layout,
                channels: channels,
                mean: "[10, 20, 30]",
                std: "[2, 4, -8]",
                outputs: "[\"max\", \"mean\"]",
                dimensions: 6
            )
        );
        var rgb = EmbedderFixture.Pictures(1)[..(2 * 32 * 32 * 3)];
        var vectors = new Half[12];

        embedder.Embed(rgb, 2, vectors);

        double[] mean = [10, 20, 30],
            std = [2, 4, -8];
        for (var picture = 0; picture < 2; picture++)
        {
            for (var channel = 0; channel < 3; channel++)
            {
                var source = channels == "RGB" ? channel : 2 - channel;
                var values = Enumerable
                    .Range(0, 32 * 32)
                    .Select(pixel => (rgb[picture * 3072 + pixel * 3 + source] - mean[channel]) / std[channel])
                    .ToList();
                Assert.Equal(values.Max(), (double)vectors[picture * 6 + channel], 0.05);
                Assert.Equal(values.Average(), (double)vectors[picture * 6 + 3 + channel], 0.05);
            }
        }
    }

    [Fact]
    public void A_value_that_half_precision_cannot_hold_is_an_error()
    {
        _folder.Write("tiny.onnx", TinyNetwork.Write(channelsLast: false));
        using var embedder = Load(
            WriteDefinition("tiny.onnx", side: 32, std: "[1e-4, 1, 1]", outputs: "[\"max\"]", dimensions: 3)
        );
        var white = Enumerable.Repeat((byte)255, 32 * 32 * 3).ToArray();

        var failure = Assert.Throws<PortalException>(() => embedder.Embed(white, 1, new Half[3]));

        Assert.Contains("half precision", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_out_of_range_are_all_named()
    {
        var options = new EmbedderOptions
        {
            Definition = " ",
            Side = 5,
            Threads = -1,
        };

        Assert.Equal(
            ["Embedder:Definition", "Embedder:Side", "Embedder:Threads"],
            options.Errors().Select(error => error.Split(' ')[0])
        );
        Assert.Empty(new EmbedderOptions().Errors());
    }

    private static OnnxImageEmbedder Load(string definition) =>
        OnnxImageEmbedder.Load(new EmbedderOptions { Definition = definition });

    private static PortalException LoadFailure(string definition)
    {
        var failure = Assert.Throws<PortalException>(() => Load(definition));
        Assert.Equal(StatusCode.Failure, failure.Code);
        return failure;
    }

    private string WriteDefinition(
        string file,
        string input = "image",
        int side = EmbedderFixture.Side,
        string layout = "NCHW",
        string channels = "RGB",
        string mean = "[127.5, 127.5, 127.5]",
        string std = "[127.5, 127.5, 127.5]",
        string outputs = "[\"embedding\"]",
        int dimensions = 512
    ) =>
        _folder.Write(
            $"{Guid.NewGuid()}.json",
            Encoding.UTF8.GetBytes(
                $$"""
                { "name": "test", "file": "{{file}}",
                  "input": { "name": "{{input}}", "layout": "{{layout}}", "channels": "{{channels}}", "side": {{side}}, "mean": {{mean}}, "std": {{std}} },
                  "outputs": {{outputs}}, "dimensions": {{dimensions}} }
                """
            )
        );
}
