using NetVips;
using Portal.Core.Engines.Images;
using Portal.Tests.Support;

namespace Portal.Tests.Imaging;

public sealed class VipsLibraryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("svgload_buffer", "<svg xmlns='http://www.w3.org/2000/svg' width='8' height='8'/>")]
    [InlineData("uhdrload_buffer", "\u00FF\u00D8\u00FF")]
    public void A_loader_that_is_not_admitted_does_not_run(string loader, string content)
    {
        VipsLibrary.EnsureStarted();

        var failure = Record.Exception(() => Operation.Call(loader, System.Text.Encoding.Latin1.GetBytes(content)));

        Assert.IsType<VipsException>(failure);
        Assert.Contains("blocked", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_library_that_runs_is_the_packaged_one()
    {
        VipsLibrary.EnsureStarted();

        var file = Assert.Single(VipsLibrary.LoadedFiles().Distinct());

        Assert.StartsWith(AppContext.BaseDirectory, file, StringComparison.Ordinal);
    }

    /// <summary>
    /// No shared file has these formats, so the library writes one of each from a picture that was decoded before.
    /// </summary>
    [Theory]
    [InlineData(ImageType.Tiff, 0)]
    [InlineData(ImageType.Avif, 3)]
    [InlineData(ImageType.Gif, 6)]
    public void A_picture_saved_in_another_format_decodes_to_the_same(ImageType type, double tolerance)
    {
        var rows = Enumerable
            .Range(0, 64 * 64)
            .SelectMany(i => new byte[] { (byte)(i % 64 * 4), (byte)(i / 64 * 4), 90 })
            .ToArray();
        var png = PngWriter.Write(64, 64, 8, PngWriter.Rgb, rows);
        VipsLibrary.EnsureStarted();
        using var source = Source.NewFromMemory(png);
        using var image = Image.PngloadSource(source);
        var saved = type switch
        {
            ImageType.Tiff => image.TiffsaveBuffer(),
            ImageType.Avif => image.HeifsaveBuffer(q: 90, compression: Enums.ForeignHeifCompression.Av1, effort: 0),
            _ => image.GifsaveBuffer(),
        };
        var decoder = new VipsImageDecoder(new ImageLimits());
        var path = _folder.Write("saved", saved);

        Assert.Equal(new ImageHeader(type, 64, 64, 1), decoder.ReadHeader(path));
        Assert.InRange(Square.Decode(decoder, path, 64).DistanceTo(new Square(64, rows)), 0, tolerance);
    }
}
