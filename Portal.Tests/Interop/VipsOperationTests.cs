using Portal.Core.Imaging;
using Portal.Core.Interop.Vips;
using Portal.Tests.Imaging;
using Portal.Tests.Support;

namespace Portal.Tests.Interop;

public sealed class VipsOperationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("svgload_buffer", "<svg xmlns='http://www.w3.org/2000/svg' width='8' height='8'/>")]
    [InlineData("uhdrload_buffer", "\u00FF\u00D8\u00FF")]
    public void A_loader_that_is_not_admitted_does_not_run(string loader, string content)
    {
        using var blob = VipsBlob.Copy(System.Text.Encoding.Latin1.GetBytes(content));
        using var load = new VipsOperation(loader).Set("buffer", blob);

        var failure = Assert.Throws<VipsException>(load.ToImage);

        Assert.Contains("blocked", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_operation_that_does_not_exist_is_an_error()
        => Assert.Contains("nonesuch", Assert.Throws<VipsException>(() => new VipsOperation("nonesuch")).Message, StringComparison.Ordinal);

    /// <summary>No shared file has these formats, so the library writes one of each from a picture that was decoded before.</summary>
    [Theory]
    [InlineData("tiffsave_buffer", ImageType.Tiff, 0)]
    [InlineData("heifsave_buffer", ImageType.Avif, 3)]
    [InlineData("gifsave_buffer", ImageType.Gif, 6)]
    public void A_picture_saved_in_another_format_decodes_to_the_same(string saver, ImageType type, double tolerance)
    {
        var rows = Enumerable.Range(0, 64 * 64).SelectMany(i => new byte[] { (byte)(i % 64 * 4), (byte)(i / 64 * 4), 90 }).ToArray();
        var png = PngWriter.Write(64, 64, 8, PngWriter.Rgb, rows);
        using var blob = VipsBlob.Copy(png);
        using var load = new VipsOperation("pngload_buffer").Set("buffer", blob);
        using var image = load.ToImage();
        using var save = new VipsOperation(saver).Set("in", image);
        if (type == ImageType.Avif)
            save.Set("compression", "av1").Set("Q", 90).Set("effort", 0);
        var decoder = new VipsImageDecoder(new ImageLimits());
        var path = _folder.Write("saved", save.ToBytes());

        Assert.Equal(new ImageHeader(type, 64, 64, 1), decoder.ReadHeader(path));
        Assert.InRange(Square.Decode(decoder, path, 64).DistanceTo(new Square(64, rows)), 0, tolerance);
    }
}
