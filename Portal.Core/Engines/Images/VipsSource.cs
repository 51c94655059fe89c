using NetVips;

namespace Portal.Core.Engines.Images;

/// <summary>A JPEG, PNG, WebP, GIF, TIFF or AVIF file, read by libvips.</summary>
internal sealed class VipsSource : IPictureSource
{
    private readonly ImageType _type;
    private readonly Source _source;
    private readonly Enums.FailOn _failOn;
    private readonly bool _isOpen;
    private readonly long _warnings = VipsLibrary.Warnings;

    /// <exception cref="VipsException">The header is damaged.</exception>
    public VipsSource(ImageType type, byte[] bytes)
    {
        VipsLibrary.EnsureStarted();
        VipsFailure.ForgetEarlier();
        _type = type;
        // With its end put back a JPEG that lacks pixels draws a warning, and an error without.
        _isOpen = type == ImageType.Jpeg && JpegEnd.IsMissing(bytes);
        _failOn = _isOpen ? Enums.FailOn.Warning : Enums.FailOn.Error;
        _source = Source.NewFromMemory(_isOpen ? [.. bytes, .. JpegEnd.Marker] : bytes);
        try
        {
            using var image = Load();
            Size = (image.Width, image.Height);
            Orientation =
                image.Contains("orientation") && image.Get("orientation") is int and >= 1 and <= 8 and var way
                    ? way
                    : 1;
            var sampleSize = SampleSize(image.Format);
            MayBeNarrow = sampleSize == 2;
            DecodedBytes = (long)image.Width * image.Height * image.Bands * sampleSize * Copies(type);
        }
        catch
        {
            _source.Dispose();
            throw;
        }
    }

    public (int Width, int Height) Size { get; }

    public int Orientation { get; }

    public long DecodedBytes { get; }

    public bool MayBeNarrow { get; }

    /// <summary>What the camera wrote into the file.</summary>
    public PhotoDetails Photo()
    {
        using var image = Load();
        return PhotoDetails.Of(name => image.Contains(name) ? image.Get(name) as string : null);
    }

    public Image Load(int reduction = 1)
    {
        const Enums.Access access = Enums.Access.Sequential;
        return _type switch
        {
            ImageType.Jpeg => Image.JpegloadSource(_source, shrink: reduction, access: access, failOn: _failOn),
            ImageType.Png => Image.PngloadSource(_source, access: access, failOn: _failOn),
            ImageType.WebP => Image.WebploadSource(_source, scale: 1.0 / reduction, access: access, failOn: _failOn),
            ImageType.Gif => Image.GifloadSource(_source, access: access, failOn: _failOn),
            ImageType.Tiff => Image.TiffloadSource(_source, access: access, failOn: _failOn),
            ImageType.Avif => Image.HeifloadSource(_source, access: access, failOn: _failOn),
            _ => throw new InvalidOperationException($"libvips is not to read {_type}."),
        };
    }

    /// <summary>
    /// A warning in the last strip of a JPEG comes too late for libvips to fail by. Where pictures are decoded side by
    /// side in one process another's warning may be taken for this one's; decoder processes have one picture at a time.
    /// </summary>
    public void RequireWhole()
    {
        if (_isOpen && VipsLibrary.Warnings != _warnings)
        {
            throw new InvalidDataException("pixels are missing at its end");
        }
    }

    public void Dispose() => _source.Dispose();

    /// <summary>
    /// How often every sample is held at once. The whole picture, as interlaced PNG, GIF and WebP need and others may.
    /// Progressive JPEG holds a 16-bit coefficient for each sample. AVIF holds planes, frame buffers and pixels
    /// together: 15 bytes a pixel were measured at 85 megapixels.
    /// </summary>
    private static int Copies(ImageType type) =>
        type switch
        {
            ImageType.Jpeg => 2,
            ImageType.Avif => 5,
            _ => 1,
        };

    /// <summary>Bytes of one band of one pixel.</summary>
    private static int SampleSize(Enums.BandFormat format) =>
        format switch
        {
            Enums.BandFormat.Uchar or Enums.BandFormat.Char => 1,
            Enums.BandFormat.Ushort or Enums.BandFormat.Short => 2,
            Enums.BandFormat.Uint or Enums.BandFormat.Int or Enums.BandFormat.Float => 4,
            Enums.BandFormat.Dpcomplex => 16,
            _ => 8,
        };
}
