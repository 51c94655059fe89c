namespace Portal.Core.Engines.Embedding;

/// <summary>How a picture enters a network.</summary>
/// <param name="Name">Name of the network's input.</param>
/// <param name="Layout"><c>NCHW</c> or <c>NHWC</c>.</param>
/// <param name="Channels"><c>RGB</c> or <c>BGR</c>.</param>
/// <param name="Side">Width and height in pixels, unless the settings say otherwise.</param>
/// <param name="Mean">For each channel in that order, on 0..255: the network sees (value − mean) / std.</param>
/// <param name="Std">See <paramref name="Mean"/>.</param>
public sealed record EmbedderInput(
    string Name,
    string Layout,
    string Channels,
    int Side,
    IReadOnlyList<float> Mean,
    IReadOnlyList<float> Std
);
