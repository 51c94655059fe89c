using Portal.Core.Domain.Errors;
using Portal.Core.Engines.Images;
using Portal.Tests.Support;

namespace Portal.Tests.Imaging;

[Collection(nameof(RunsAlone))]
public sealed class ImageLimitTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_over_the_byte_limit_is_refused_with_both_sizes()
    {
        var path = _folder.Write("large.jpg", new byte[1_500_000]);

        var refusal = Assert.Throws<PortalException>(() =>
            new VipsImageDecoder(new ImageLimits { MaxBytes = 1_000_000 }).ReadHeader(path)
        );

        Assert.Equal(StatusCode.InputOverLimit, refusal.Code);
        Assert.Equal("The file has 1.5 MB; the limit is 1 MB.", refusal.Message);
    }

    [Fact]
    public void An_image_over_the_pixel_limit_is_refused_with_both_sizes()
    {
        var path = WriteGrey(2000, 1000);

        var refusal = Assert.Throws<PortalException>(() =>
            new VipsImageDecoder(new ImageLimits { MaxPixels = 1_500_000 }).ReadHeader(path)
        );

        Assert.Equal(StatusCode.InputOverLimit, refusal.Code);
        Assert.Equal("The image has 2.0 megapixels (2000 × 1000); the limit is 1.5.", refusal.Message);
    }

    [Fact]
    public void An_image_at_the_pixel_limit_is_read()
    {
        var header = new VipsImageDecoder(new ImageLimits { MaxPixels = 2_000_000 }).ReadHeader(WriteGrey(2000, 1000));

        Assert.Equal((2000, 1000), (header.Width, header.Height));
    }

    [Fact]
    public void A_decode_that_takes_too_long_is_ended()
    {
        var decoder = new VipsImageDecoder(new ImageLimits { MaxDecodeTime = TimeSpan.FromMilliseconds(1) });
        var path = WriteGrey(6000, 6000);

        var refusal = Assert.Throws<PortalException>(() => Square.Decode(decoder, path, 384));

        Assert.Equal(StatusCode.InputOverLimit, refusal.Code);
        Assert.Equal("Decoding the 6000 × 6000 PNG took longer than the limit of 0.001 s.", refusal.Message);
    }

    [Fact]
    public void A_decode_whose_caller_has_gone_is_not_begun()
    {
        using var gone = new CancellationTokenSource();
        gone.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() =>
            new VipsImageDecoder(new ImageLimits()).DecodeSquare(
                WriteGrey(100, 100),
                8,
                new byte[8 * 8 * 3],
                gone.Token
            )
        );
    }

    [Fact]
    public void Settings_out_of_range_are_all_named()
    {
        var limits = new ImageLimits
        {
            MaxBytes = 0,
            MaxPixels = -1,
            MaxBytesInFlight = 0,
            MaxDecodeTime = TimeSpan.Zero,
            MaxDecodeMemory = 1,
            Decoders = -1,
        };

        Assert.Equal(
            [
                "Imaging:MaxBytes",
                "Imaging:MaxPixels",
                "Imaging:MaxBytesInFlight",
                "Imaging:MaxDecodeTime",
                "Imaging:MaxDecodeMemory",
                "Imaging:Decoders",
            ],
            limits.Errors().Select(error => error.Split(' ')[0])
        );
        Assert.Empty(new ImageLimits().Errors());
    }

    private string WriteGrey(int width, int height) =>
        _folder.Write("image.png", PngWriter.Write(width, height, 8, PngWriter.Grey, new byte[width * height]));
}
