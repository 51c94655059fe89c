namespace Portal.Core.Engines.Embedding;

/// <summary>
/// Turns 8-bit sRGB into what a network takes: (value − mean) / std for each channel, in the network's channel order
/// and layout.
/// </summary>
internal sealed class PixelPreparation
{
    private readonly bool _planar;
    private readonly int[] _source;
    private readonly float[][] _values;

    public PixelPreparation(EmbedderInput input)
    {
        _planar = input.Layout == "NCHW";
        _source = input.Channels == "RGB" ? [0, 1, 2] : [2, 1, 0];
        // A byte has 256 values, so a table does in one look-up what arithmetic would repeat for every pixel.
        _values =
        [
            .. Enumerable
                .Range(0, 3)
                .Select(channel =>
                    Enumerable
                        .Range(0, 256)
                        .Select(value => (value - input.Mean[channel]) / input.Std[channel])
                        .ToArray()
                ),
        ];
    }

    /// <param name="rgb">count × side × side × 3 bytes.</param>
    /// <param name="planeSize">side × side.</param>
    /// <param name="prepared">Receives as many floats.</param>
    public void Prepare(ReadOnlySpan<byte> rgb, int planeSize, Span<float> prepared)
    {
        var pictureSize = planeSize * 3;
        for (var picture = 0; picture < rgb.Length; picture += pictureSize)
        {
            for (var channel = 0; channel < 3; channel++)
            {
                var pixels = rgb.Slice(picture + _source[channel], pictureSize - _source[channel]);
                var values = _values[channel];
                var (start, step) = _planar ? (channel * planeSize, 1) : (channel, 3);
                var target = prepared.Slice(picture + start);
                for (var pixel = 0; pixel < planeSize; pixel++)
                {
                    target[pixel * step] = values[pixels[pixel * 3]];
                }
            }
        }
    }

    /// <summary>The input's dimensions for a batch.</summary>
    public long[] Shape(int count, int side) => _planar ? [count, 3, side, side] : [count, side, side, 3];
}
