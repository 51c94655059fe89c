using System.Buffers.Binary;
using System.Text;
using Portal.Core.Domain.Errors;
using Portal.Core.Engines.Images;
using Portal.Tests.Support;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.PixelFormats;

namespace Portal.Tests.Imaging;

/// <summary>BMP, PBM, PGM and PPM.</summary>
public sealed class BitmapTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly VipsImageDecoder _decoder = new(new ImageLimits());

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(BmpBitsPerPixel.Pixel8)]
    [InlineData(BmpBitsPerPixel.Pixel24)]
    [InlineData(BmpBitsPerPixel.Pixel32)]
    public void A_bmp_has_its_own_pixels_and_no_orientation(BmpBitsPerPixel bits)
    {
        using var image = new Image<Rgb24>(5, 3, new Rgb24(0, 0, 0));
        image[4, 0] = new Rgb24(255, 255, 255);

        var path = _folder.Write("a.bmp", Bmp(image, new BmpEncoder { BitsPerPixel = bits }));

        Assert.Equal(new ImageHeader(ImageType.Bmp, 5, 3, 1), _decoder.ReadHeader(path));
        var square = Square.Decode(_decoder, path, 5);
        Assert.Equal((255, 255, 255), square[4, 0]);
        Assert.Equal((0, 0, 0), square[0, 0]);
        Assert.True(_decoder.ReadPhoto(path).IsEmpty);
    }

    [Fact]
    public void Alpha_of_a_bmp_is_laid_on_white()
    {
        using var image = new Image<Rgba32>(4, 4, new Rgba32(100, 100, 100, 128));

        var square = Decode(
            Bmp(image, new BmpEncoder { BitsPerPixel = BmpBitsPerPixel.Pixel32, SupportTransparency = true }),
            4
        );

        Assert.All(square.Rgb, value => Assert.InRange(value, 176, 178));
    }

    [Fact]
    public void A_bmp_stored_from_the_top_is_read_from_the_top()
    {
        using var image = new Image<Rgb24>(4, 4, new Rgb24(0, 0, 0));
        image[0, 0] = new Rgb24(255, 255, 255);
        var bytes = Bmp(image, new BmpEncoder { BitsPerPixel = BmpBitsPerPixel.Pixel24 });
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(22), -4);

        Assert.Equal((255, 255, 255), Decode(bytes, 4)[0, 3]);
    }

    [Fact]
    public void A_bmp_of_runs_is_read_and_refused_without_its_end()
    {
        // Two rows of four pixels: white, then black; from the bottom.
        byte[] runs = [4, 1, 0, 0, 4, 0, 0, 0, 0, 1];
        var file = new byte[54 + (256 * 4) + runs.Length];
        "BM"u8.CopyTo(file);
        foreach (
            var (at, value) in (ReadOnlySpan<(int, int)>)
                [(2, file.Length), (10, 1078), (14, 40), (18, 4), (22, 2), (30, 1)]
        )
        {
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
        }

        (file[26], file[28]) = (1, 8);
        file.AsSpan(58, 3).Fill(255);
        runs.CopyTo(file, 1078);

        var square = Decode(file, 4);

        Assert.Equal((255, 255, 255), square[1, 3]);
        Assert.Equal((0, 0, 0), square[1, 0]);
        Assert.Equal(StatusCode.InputBadBytes, Refusal(file[..^2]).Code);
    }

    [Fact]
    public void A_bmp_that_is_cut_or_lies_about_its_size_is_refused()
    {
        using var image = new Image<Rgb24>(40, 30);
        var bytes = Bmp(image, new BmpEncoder { BitsPerPixel = BmpBitsPerPixel.Pixel24 });
        Assert.Contains("damaged or cut short", Refusal(bytes[..^40]).Message, StringComparison.Ordinal);

        foreach (
            var (at, value) in (ReadOnlySpan<(int, int)>)
                [(18, 41), (18, 0), (18, -40), (22, 65000), (22, int.MinValue), (10, int.MaxValue), (14, 124)]
        )
        {
            var lying = bytes.ToArray();
            BinaryPrimitives.WriteInt32LittleEndian(lying.AsSpan(at), value);
            Assert.Equal(StatusCode.InputBadBytes, Refusal(lying).Code);
        }
    }

    [Theory]
    [InlineData("P5\n4 1\n100\n", "013263", "64", 3, 128, 252, 255)]
    [InlineData("P5\n# first sample looks like white space\n4 1 # yes\n255\n", "200A23", "FF", 32, 10, 35, 255)]
    [InlineData("P5\n4 1\n65535\n", "010110000000", "FFFF", 1, 16, 0, 255)]
    [InlineData("P5\n4 1\n4095\n", "000008000FFF", "0FFF", 0, 128, 255, 255)]
    [InlineData("P2\n4 1\n100\n1 50\n99 100", "", "", 3, 128, 252, 255)]
    [InlineData("P1\n4 1\n1010\n", "", "", 0, 255, 0, 255)]
    [InlineData("P4\n4 1\n", "A0", "", 0, 255, 0, 255)]
    public void The_samples_of_a_grey_anymap_are_scaled_by_the_one_that_means_full(
        string header,
        string start,
        string end,
        int first,
        int second,
        int third,
        int fourth
    )
    {
        byte[] file =
        [
            .. Encoding.ASCII.GetBytes(header),
            .. Convert.FromHexString(start),
            .. Convert.FromHexString(end),
        ];

        var square = Decode(file, 4);

        foreach (var (x, expected) in (ReadOnlySpan<(int, int)>)[(0, first), (1, second), (2, third), (3, fourth)])
        {
            Assert.InRange(square[x, 0].Green, expected - 1, expected + 1);
        }
    }

    [Theory]
    [InlineData("P6\n2 1\n255\n", "0102030405", false)]
    [InlineData("P6\n2 1\n255\n", "010203040506", true)]
    [InlineData("P3\n2 1\n255\n1 2 3 4 5", "", false)]
    [InlineData("P3\n2 1\n255\n1 2 3 4 5 6", "", true)]
    [InlineData("P2\n2 1\n255\n1 x 3", "", false)]
    [InlineData("P5\n99999999999 1\n255\n", "00", false)]
    [InlineData("P5\n2147483647 2147483647\n255\n", "00", false)]
    [InlineData("P5\n1 1\n65536\n", "0000", false)]
    [InlineData("P5\n0 1\n255\n", "00", false)]
    [InlineData("P4\n9 1\n", "00", false)]
    public void An_anymap_is_refused_unless_all_its_samples_are_there(string header, string samples, bool isWhole)
    {
        var path = _folder.Write("a.pnm", [.. Encoding.ASCII.GetBytes(header), .. Convert.FromHexString(samples)]);

        var failure = Record.Exception(() => Square.Decode(_decoder, path, 2));

        if (isWhole)
        {
            Assert.Null(failure);
        }
        else
        {
            Assert.Equal(StatusCode.InputBadBytes, Assert.IsType<PortalException>(failure).Code);
        }
    }

    [Fact]
    public void The_pixel_limit_holds_before_a_bitmap_is_decoded()
    {
        using var image = new Image<Rgb24>(40, 30);
        var path = _folder.Write("a.bmp", Bmp(image, new BmpEncoder()));

        var refusal = Assert.Throws<PortalException>(() =>
            new VipsImageDecoder(new ImageLimits { MaxPixels = 1000 }).ReadHeader(path)
        );

        Assert.Equal(StatusCode.InputOverLimit, refusal.Code);
    }

    private static byte[] Bmp(Image image, BmpEncoder encoder)
    {
        using var stream = new MemoryStream();
        image.Save(stream, encoder);
        return stream.ToArray();
    }

    private PortalException Refusal(byte[] file) => Assert.Throws<PortalException>(() => Decode(file, 4));

    private Square Decode(byte[] file, int side) => Square.Decode(_decoder, _folder.Write("picture", file), side);
}
