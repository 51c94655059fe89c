using Portal.Core.Engines.Images;
using Portal.Tests.Support;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace Portal.Tests.Imaging;

/// <summary>
/// Squares of photos compared with those that ImageSharp makes of the same files. The two differ in their chroma
/// upsampling, inverse transforms and filters, so that single samples at edges may be far apart: what is held is the
/// mean.
/// </summary>
public sealed class SecondOpinionTests : IDisposable
{
    private const int Side = 72;

    /// <summary>
    /// Of the difference that moving the square by one of its pixels makes, which is 8 to 25 levels of 255.
    /// </summary>
    private const double Tolerance = 1.0 / 6;

    private static readonly IImageEncoder[] Encoders =
    [
        new JpegEncoder { Quality = 90, ColorType = JpegColorType.YCbCrRatio444 },
        new JpegEncoder { Quality = 90, ColorType = JpegColorType.YCbCrRatio420 },
        new JpegEncoder { Quality = 90, ColorType = JpegColorType.Luminance },
        new PngEncoder { InterlaceMethod = PngInterlaceMode.Adam7 },
        new PngEncoder { BitDepth = PngBitDepth.Bit16, ColorType = PngColorType.Rgb },
        new PngEncoder { BitDepth = PngBitDepth.Bit4, ColorType = PngColorType.Palette },
        new GifEncoder(),
        new WebpEncoder { FileFormat = WebpFileFormatType.Lossy },
        new WebpEncoder { FileFormat = WebpFileFormatType.Lossless },
        new TiffEncoder { Compression = SixLabors.ImageSharp.Formats.Tiff.Constants.TiffCompression.Lzw },
        new BmpEncoder { BitsPerPixel = BmpBitsPerPixel.Pixel24 },
        new BmpEncoder { BitsPerPixel = BmpBitsPerPixel.Pixel8 },
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly VipsImageDecoder _decoder = new(new ImageLimits());

    public static TheoryData<int> Formats => new(Enumerable.Range(0, Encoders.Length));

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Formats))]
    public void A_file_decodes_as_ImageSharp_decodes_it(int format)
    {
        using var photo = Photos().Select(path => Image.Load<Rgb24>(path)).First();
        using var file = new MemoryStream();
        photo.Save(file, Encoders[format]);

        AssertAgree(_folder.Write("photo", file.ToArray()));
    }

    [Fact]
    public void Photos_decode_as_ImageSharp_decodes_them() => Assert.All(Photos().Take(40), AssertAgree);

    private static IEnumerable<string> Photos() =>
        Directory
            .EnumerateFiles(SharedData.Require("park5"), "*.jpg", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Where((_, i) => i % 25 == 0);

    private void AssertAgree(string path)
    {
        using var theirs = Image.Load<Rgb24>(path);
        theirs.Mutate(context => context.AutoOrient().Resize(Side, Side, KnownResamplers.Lanczos3));
        var expected = new byte[Side * Side * 3];
        theirs.CopyPixelDataTo(expected);

        var square = Square.Decode(_decoder, path, Side);

        var moved = square.Rearranged((x, y) => (Math.Min(x + 1, Side - 1), y));
        Assert.InRange(square.DistanceTo(new Square(Side, expected)), 0, Tolerance * square.DistanceTo(moved));
    }
}
