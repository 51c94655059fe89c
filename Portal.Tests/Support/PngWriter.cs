using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.PixelFormats;

namespace Portal.Tests.Support;

/// <summary>
/// Writes PNG files from samples that a test computes, so that what a decoder should give is known exactly.
/// </summary>
internal static class PngWriter
{
    public const PngColorType Grey = PngColorType.Grayscale;
    public const PngColorType Rgb = PngColorType.Rgb;
    public const PngColorType GreyAlpha = PngColorType.GrayscaleWithAlpha;
    public const PngColorType Rgba = PngColorType.RgbWithAlpha;

    /// <param name="bitDepth">8 or 16.</param>
    /// <param name="rows">Samples, big-endian, row by row.</param>
    public static byte[] Write(int width, int height, byte bitDepth, PngColorType colourType, ReadOnlySpan<byte> rows)
    {
        var samples = rows.ToArray();
        if (bitDepth == 16 && BitConverter.IsLittleEndian)
        {
            for (var i = 0; i < samples.Length; i += 2)
            {
                Array.Reverse(samples, i, 2);
            }
        }

        using Image image = (colourType, bitDepth) switch
        {
            (Grey, 8) => Image.LoadPixelData<L8>(samples, width, height),
            (Grey, 16) => Image.LoadPixelData<L16>(samples, width, height),
            (Rgb, 8) => Image.LoadPixelData<Rgb24>(samples, width, height),
            (Rgb, 16) => Image.LoadPixelData<Rgb48>(samples, width, height),
            (GreyAlpha, 8) => Image.LoadPixelData<La16>(samples, width, height),
            (GreyAlpha, 16) => Image.LoadPixelData<La32>(samples, width, height),
            (Rgba, 8) => Image.LoadPixelData<Rgba32>(samples, width, height),
            (Rgba, 16) => Image.LoadPixelData<Rgba64>(samples, width, height),
            _ => throw new ArgumentOutOfRangeException(nameof(bitDepth)),
        };

        using var file = new MemoryStream();
        image.Save(file, new PngEncoder { ColorType = colourType, BitDepth = (PngBitDepth)bitDepth });
        return file.ToArray();
    }
}
