using System.Text;
using Portal.Core.Embeddings;
using Portal.Core.Errors;
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
        var failure = LoadFailure(WriteDefinition("a.onnx", side: 5, layout: "HWC", std: "[1, 0, 1]", outputs: "[]", dimensions: 0));

        foreach (var mistake in new[] { "input.layout", "input.side", "input.std", "outputs", "dimensions" })
            Assert.Contains(mistake, failure.Message, StringComparison.Ordinal);
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
    [InlineData("pixels", "[\"embedding\"]", 2816, "not one float image named pixels")]
    [InlineData("image", "[\"logits\"]", 2816, "it has no output logits; it has embedding [-1, 2816]")]
    [InlineData("image", "[\"embedding\"]", 100, "its outputs have 2816 values together, and the definition says 100")]
    public void A_definition_that_does_not_fit_its_network_says_where(string input, string outputs, int dimensions, string expected)
    {
        File.Copy(Path.Combine(Models, "ssdlite-mobilenetv2.onnx"), Path.Combine(_folder.Path, "network.onnx"));

        var failure = LoadFailure(WriteDefinition("network.onnx", input: input, outputs: outputs, dimensions: dimensions));

        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Outputs_are_concatenated_in_the_definitions_order()
    {
        File.Copy(Path.Combine(Models, "ssdlite-mobilenetv2.onnx"), Path.Combine(_folder.Path, "network.onnx"));
        var rgb = EmbedderFixture.Pictures(2);
        using var once = Load(WriteDefinition("network.onnx"));
        using var twice = Load(WriteDefinition("network.onnx", outputs: "[\"embedding\", \"embedding\"]", dimensions: 5632));
        var single = new Half[2 * 2816];
        var both = new Half[2 * 5632];

        once.Embed(rgb, 2, single);
        twice.Embed(rgb, 2, both);

        Assert.Equal([.. single[..2816], .. single[..2816], .. single[2816..], .. single[2816..]], both);
    }

    [Fact]
    public void Channel_order_mean_and_deviation_are_the_definitions()
    {
        File.Copy(Path.Combine(Models, "ssdlite-mobilenetv2.onnx"), Path.Combine(_folder.Path, "network.onnx"));
        var rgb = EmbedderFixture.Pictures(1);
        // Blue first, and twice the contrast about the same middle, is the picture so changed beforehand.
        var changed = new byte[rgb.Length];
        for (var i = 0; i < rgb.Length; i++)
        {
            rgb[i] = (byte)(64 + rgb[i] / 2);
            changed[i / 3 * 3 + 2 - i % 3] = rgb[i];
        }
        using var plain = Load(WriteDefinition("network.onnx"));
        using var reversed = Load(WriteDefinition("network.onnx", channels: "BGR"));
        using var contrast = Load(WriteDefinition("network.onnx", std: "[60, 60, 60]"));
        var expected = new Half[2816];
        var actual = new Half[2816];
        var other = new Half[2816];

        plain.Embed(changed, 1, expected);
        reversed.Embed(rgb, 1, actual);
        contrast.Embed(changed, 1, other);

        Assert.Equal(expected, actual);
        Assert.NotEqual(expected, other);
    }

    [Fact]
    public void Settings_out_of_range_are_all_named()
    {
        var options = new EmbedderOptions { Definition = " ", Side = 5, Threads = -1 };

        Assert.Equal(["Embedder:Definition", "Embedder:Side", "Embedder:Threads"], options.Errors().Select(error => error.Split(' ')[0]));
        Assert.Empty(new EmbedderOptions().Errors());
    }

    private static OnnxImageEmbedder Load(string definition) => OnnxImageEmbedder.Load(new EmbedderOptions { Definition = definition });

    private static PortalException LoadFailure(string definition)
    {
        var failure = Assert.Throws<PortalException>(() => Load(definition));
        Assert.Equal(StatusCode.Failure, failure.Code);
        return failure;
    }

    private string WriteDefinition(
        string file, string input = "image", int side = EmbedderFixture.Side, string layout = "NCHW", string channels = "RGB",
        string std = "[127.5, 127.5, 127.5]", string outputs = "[\"embedding\"]", int dimensions = 2816)
        => _folder.Write($"{Guid.NewGuid()}.json", Encoding.UTF8.GetBytes($$"""
            { "name": "test", "file": "{{file}}",
              "input": { "name": "{{input}}", "layout": "{{layout}}", "channels": "{{channels}}", "side": {{side}}, "mean": [127.5, 127.5, 127.5], "std": {{std}} },
              "outputs": {{outputs}}, "dimensions": {{dimensions}} }
            """));
}
