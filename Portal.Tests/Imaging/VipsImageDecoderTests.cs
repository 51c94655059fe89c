using System.Buffers.Binary;
using Portal.Core.Domain.Errors;
using Portal.Core.Engines.Images;
using Portal.Tests.Support;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Metadata.Profiles.Exif;
using SixLabors.ImageSharp.Metadata.Profiles.Icc;
using SixLabors.ImageSharp.PixelFormats;

namespace Portal.Tests.Imaging;

public sealed class VipsImageDecoderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly VipsImageDecoder _decoder = new(new ImageLimits());

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_square_of_the_same_size_has_the_files_own_pixels()
    {
        var rows = Enumerable.Range(0, 16 * 16 * 3).Select(i => (byte)(i * 7)).ToArray();

        var square = Decode(PngWriter.Write(16, 16, 8, PngWriter.Rgb, rows), 16);

        Assert.Equal(rows, square.Rgb);
    }

    [Fact]
    public void The_aspect_is_not_kept()
    {
        // Left half black, right half white, twice as wide as high.
        var rows = Enumerable
            .Range(0, 64 * 32)
            .SelectMany(i => Enumerable.Repeat((byte)(i % 64 < 32 ? 0 : 255), 3))
            .ToArray();

        var square = Decode(PngWriter.Write(64, 32, 8, PngWriter.Rgb, rows), 32);

        Assert.Equal((0, 0, 0), square[4, 16]);
        Assert.Equal((255, 255, 255), square[27, 16]);
    }

    [Theory]
    [InlineData(2, 2, 4)]
    [InlineData(7, 5, 16)]
    [InlineData(1, 9, 10)]
    [InlineData(16, 3, 16)]
    [InlineData(23, 24, 25)]
    public void A_smaller_picture_is_interpolated_between_pixel_centres(int width, int height, int side)
    {
        var rows = new byte[width * height * 3];
        new Random(width * 100 + height).NextBytes(rows);

        var square = Decode(PngWriter.Write(width, height, 8, PngWriter.Rgb, rows), side);

        // The tent filter's definition: each source pixel weighs 1 minus its distance, edges repeated.
        for (var i = 0; i < square.Rgb.Length; i++)
        {
            var (x, y, band) = (Centre(i / 3 % side, width), Centre(i / 3 / side, height), i % 3);
            var expected = 0.0;
            for (var source = 0; source < width * height; source++)
            {
                expected +=
                    rows[source * 3 + band]
                    * Math.Max(0, 1 - Math.Abs(source % width - x))
                    * Math.Max(0, 1 - Math.Abs(source / width - y));
            }

            Assert.InRange(square.Rgb[i], expected - 0.501, expected + 0.501);
        }

        double Centre(int place, int length) => Math.Clamp((place + 0.5) * length / side - 0.5, 0, length - 1);
    }

    [Theory]
    [InlineData(0, 255)]
    [InlineData(128, 177)]
    [InlineData(255, 100)]
    public void Alpha_is_laid_on_white(byte alpha, int expected)
    {
        // 100 a + 255 (1 − a), with a on 0..1.
        var rows = Enumerable.Range(0, 8 * 8).SelectMany(_ => new byte[] { 100, 100, 100, alpha }).ToArray();

        var square = Decode(PngWriter.Write(8, 8, 8, PngWriter.Rgba, rows), 8);

        Assert.All(square.Rgb, value => Assert.InRange(value, expected - 1, expected + 1));
    }

    [Theory]
    [InlineData(PngWriter.Grey, 1)]
    [InlineData(PngWriter.Rgb, 3)]
    public void Sixteen_bits_become_the_upper_eight(PngColorType colourType, int bands)
    {
        var rows = new byte[8 * 8 * bands * 2];
        for (var i = 0; i < rows.Length; i += 2)
        {
            BinaryPrimitives.WriteUInt16BigEndian(rows.AsSpan(i), (ushort)(i * 300));
        }

        var square = Decode(PngWriter.Write(8, 8, 16, colourType, rows), 8);

        for (var i = 0; i < square.Rgb.Length; i++)
        {
            var sample = bands == 1 ? i / 3 : i;
            Assert.InRange(square.Rgb[i], rows[sample * 2] - 1, rows[sample * 2] + 1);
        }
    }

    [Fact]
    public void Half_transparent_sixteen_bit_grey_is_laid_on_white()
    {
        // Black at an alpha of one half is a mid grey.
        var rows = Enumerable.Range(0, 8 * 8).SelectMany(_ => new byte[] { 0, 0, 0x80, 0 }).ToArray();

        var square = Decode(PngWriter.Write(8, 8, 16, PngWriter.GreyAlpha, rows), 8);

        Assert.All(square.Rgb, value => Assert.InRange(value, 126, 128));
    }

    [Fact]
    public void A_colour_profile_is_applied()
    {
        var rows = Enumerable.Range(0, 8 * 8).SelectMany(_ => new byte[] { 255, 0, 0 }).ToArray();

        var square = Decode(WithProfile(rows, MatrixProfile.SrgbWithRedAndGreenExchanged()), 8);

        var (red, green, blue) = square[4, 4];
        Assert.InRange(red, 0, 12);
        Assert.InRange(green, 245, 255);
        Assert.InRange(blue, 0, 12);
    }

    [Fact]
    public void A_broken_colour_profile_is_passed_over()
    {
        var rows = Enumerable.Range(0, 8 * 8).SelectMany(_ => new byte[] { 200, 50, 10 }).ToArray();
        var profile = MatrixProfile.SrgbWithRedAndGreenExchanged();
        Array.Fill(profile, (byte)0xEE, 128, profile.Length - 128);

        var square = Decode(WithProfile(rows, profile), 8);

        var (red, green, blue) = square[4, 4];
        Assert.InRange(red, 198, 202);
        Assert.InRange(green, 48, 52);
        Assert.InRange(blue, 8, 12);
    }

    [Fact]
    public void What_was_odd_about_one_picture_is_not_said_of_the_next()
    {
        var rows = Enumerable.Range(0, 8 * 8 * 3).Select(i => (byte)(i * 11)).ToArray();
        var profile = MatrixProfile.SrgbWithRedAndGreenExchanged();
        Array.Fill(profile, (byte)0xEE, 128, profile.Length - 128);
        Decode(WithProfile(rows, profile), 8);

        var refusal = Assert.Throws<PortalException>(() =>
            Decode(PngWriter.Write(8, 8, 8, PngWriter.Rgb, rows)[..^40], 8)
        );

        Assert.Contains("png", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Icc", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2000, 1000, 512, 512, 256)]
    [InlineData(1000, 2000, 512, 256, 512)]
    [InlineData(40, 30, 512, 40, 30)]
    [InlineData(3000, 1, 512, 512, 1)]
    public void A_rendering_keeps_the_aspect_and_never_enlarges(
        int width,
        int height,
        int maxSide,
        int expectedWidth,
        int expectedHeight
    )
    {
        var path = _folder.Write(
            "image.png",
            PngWriter.Write(width, height, 8, PngWriter.Grey, new byte[width * height])
        );

        var webp = _decoder.RenderWebp(path, maxSide, TestContext.Current.CancellationToken);

        var header = _decoder.ReadHeader(_folder.Write("tile.webp", webp));
        Assert.Equal(new ImageHeader(ImageType.WebP, expectedWidth, expectedHeight, 1), header);
    }

    [Fact]
    public void A_rendering_carries_no_metadata_and_no_alpha()
    {
        using var image = new Image<Rgba32>(8, 8);
        image.Metadata.ExifProfile = new ExifProfile();
        image.Metadata.ExifProfile.SetValue(ExifTag.Make, "somebody's camera");
        using var file = new MemoryStream();
        image.SaveAsPng(file);
        var path = _folder.Write("image.png", file.ToArray());
        Assert.Equal("somebody's camera", _decoder.ReadPhoto(path).Camera);

        var webp = _decoder.RenderWebp(path, 8, TestContext.Current.CancellationToken);

        Assert.Equal("VP8 "u8, webp.AsSpan(12, 4));
        Assert.All(
            Square.Decode(_decoder, _folder.Write("tile.webp", webp), 8).Rgb,
            value => Assert.InRange(value, 250, 255)
        );
    }

    [Fact]
    public void The_same_file_gives_the_same_bytes()
    {
        var path = SharedData.Require("hostile", "exif_orientation", "landscape_6.jpg");

        Assert.Equal(Square.Decode(_decoder, path, 100).Rgb, Square.Decode(_decoder, path, 100).Rgb);
        Assert.Equal(
            _decoder.RenderWebp(path, 300, TestContext.Current.CancellationToken),
            _decoder.RenderWebp(path, 300, TestContext.Current.CancellationToken)
        );
    }

    private Square Decode(byte[] file, int side) => Square.Decode(_decoder, _folder.Write("image", file), side);

    /// <summary>A JPEG of 8×8 pixels, hardly changed, with a colour profile.</summary>
    private static byte[] WithProfile(byte[] rows, byte[] profile)
    {
        using var image = Image.LoadPixelData<Rgb24>(rows, 8, 8);
        image.Metadata.IccProfile = new IccProfile(profile);
        using var file = new MemoryStream();
        image.Save(file, new JpegEncoder { Quality = 100, ColorType = JpegColorType.YCbCrRatio444 });
        return file.ToArray();
    }
}
