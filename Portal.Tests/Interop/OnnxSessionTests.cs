using Portal.Core.Interop.OnnxRuntime;

namespace Portal.Tests.Interop;

public class OnnxSessionTests
{
    private static readonly byte[] Model = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "models", "ssdlite-mobilenetv2.onnx"));

    [Fact]
    public void A_networks_inputs_and_outputs_are_described()
    {
        using var session = new OnnxSession(Model, threads: 1);

        var input = Assert.Single(session.Inputs);
        Assert.Equal(("image", true), (input.Name, input.IsFloat));
        Assert.Equal([-1, 3, -1, -1], input.Shape);
        var output = Assert.Single(session.Outputs);
        Assert.Equal(("embedding", true), (output.Name, output.IsFloat));
        Assert.Equal([-1, 2816], output.Shape);
    }

    [Fact]
    public void Bytes_that_are_no_network_fail_with_the_engines_own_words()
    {
        var failure = Assert.Throws<OnnxException>(() => new OnnxSession("no network"u8, threads: 1));

        Assert.Contains("Protobuf parsing failed", failure.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_shape_that_does_not_fit_fails_with_the_engines_own_words_and_the_session_lives_on()
    {
        using var session = new OnnxSession(Model, threads: 1);
        var values = new float[2816];

        var failure = Assert.Throws<OnnxException>(() => session.Run(new float[4 * 64 * 64], [1, 4, 64, 64], [0], values));

        Assert.Contains("image", failure.Message, StringComparison.Ordinal);
        session.Run(new float[3 * 64 * 64], [1, 3, 64, 64], [0], values);
        Assert.Contains(values, value => value > 0);
    }

    [Fact]
    public void Fewer_values_than_the_shape_says_are_refused()
    {
        using var session = new OnnxSession(Model, threads: 1);

        Assert.Throws<OnnxException>(() => session.Run(new float[10], [1, 3, 64, 64], [0], new float[2816]));
        Assert.Throws<ArgumentOutOfRangeException>(() => session.Run(new float[3 * 64 * 64], [1, 3, 64, 64], [0], new float[2815]));
    }

    [Fact]
    public void A_disposed_session_does_not_run()
    {
        var session = new OnnxSession(Model, threads: 1);
        session.Dispose();

        Assert.Throws<ObjectDisposedException>(() => session.Run(new float[3 * 64 * 64], [1, 3, 64, 64], [0], new float[2816]));
    }
}
