using System.Globalization;
using NetVips;
using Portal.Core.Domain.Errors;

namespace Portal.Core.Engines.Images;

/// <summary>
/// One image file in memory whose type, header and limits have been checked; the pixels are still encoded.
/// </summary>
internal sealed class PictureFile : IDisposable
{
    private readonly IPictureSource _source;

    private PictureFile(ImageType type, IPictureSource source)
    {
        _source = source;
        var (width, height) = source.Orientation >= 5 ? (source.Size.Height, source.Size.Width) : source.Size;
        Header = new ImageHeader(type, width, height, source.Orientation);
    }

    public ImageHeader Header { get; }

    /// <summary>An upper estimate of the memory its decoding needs.</summary>
    public long DecodedBytes => _source.DecodedBytes;

    public static PictureFile Open(string path, ImageLimits limits)
    {
        var bytes = Read(path, limits);
        var type = ImageSniffer.Sniff(bytes);
        IPictureSource? source = null;
        try
        {
            source = type switch
            {
                ImageType.Bmp => new BitmapSource(bytes),
                ImageType.Pnm => new AnymapSource(bytes),
                _ => new VipsSource(type, bytes),
            };
            RequirePixels(source, limits);
            return new PictureFile(type, source);
        }
        catch (Exception failure) when (failure is VipsException or InvalidDataException)
        {
            throw BadBytes(type, failure);
        }
        catch
        {
            source?.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The picture, upright, in 8-bit sRGB on white, shrunk to fit the box with its aspect kept; still to be computed.
    /// </summary>
    /// <param name="watch">Is given each other image that has to be computed first.</param>
    public Image Fit(int side, Func<Image, IDisposable> watch) => Resize(side, side, Enums.Size.Down, watch);

    /// <summary>
    /// The same, squashed: each side that is longer than <paramref name="side"/> is shrunk to it, and none is enlarged.
    /// </summary>
    /// <param name="watch">Is given each other image that has to be computed first.</param>
    public Image Squash(int side, Func<Image, IDisposable> watch) =>
        Resize(Math.Min(side, Header.Width), Math.Min(side, Header.Height), Enums.Size.Force, watch);

    /// <summary>What the camera wrote into the file.</summary>
    public PhotoDetails Photo() => (_source as VipsSource)?.Photo() ?? new PhotoDetails(null, null, null, null, null);

    /// <summary>The failure of a file whose bytes do not decode.</summary>
    public static PortalException BadBytes(ImageType type, Exception failure)
    {
        var reason = failure is VipsException words ? words.Reason() : failure.Message;
        var detail = reason.Length == 0 ? "" : $" ({reason})";
        return new PortalException(
            StatusCode.InputBadBytes,
            $"The {type.DisplayName()} file is damaged or cut short{detail}. Export it again from its source.",
            inner: failure
        );
    }

    /// <summary>To be asked after all images of the file have been computed and disposed.</summary>
    /// <exception cref="InvalidDataException">Pixels were missing after all.</exception>
    public void RequireWhole() => (_source as VipsSource)?.RequireWhole();

    public void Dispose() => _source.Dispose();

    private static byte[] Read(string path, ImageLimits limits)
    {
        using var file = File.OpenHandle(
            path,
            FileMode.Open,
            FileAccess.Read,
            FileShare.Read,
            FileOptions.SequentialScan
        );
        var length = RandomAccess.GetLength(file);
        if (length > limits.MaxBytes)
        {
            throw new PortalException(
                StatusCode.InputOverLimit,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The file has {length / 1e6:0.0} MB; the limit is {limits.MaxBytes / 1e6:0.#} MB."
                )
            );
        }

        var bytes = GC.AllocateUninitializedArray<byte>((int)length);
        var read = 0;
        for (int step; read < length && (step = RandomAccess.Read(file, bytes.AsSpan(read), read)) > 0; read += step)
        { }
        return read == length ? bytes : bytes[..read];
    }

    private Image Resize(int width, int height, Enums.Size size, Func<Image, IDisposable> watch)
    {
        // The whole picture decides, so that the square and every tile agree.
        var shift = _source.MayBeNarrow ? SampleRange.Shift(() => _source.Load(), watch) : 0;
        using var source = _source.Load(ReductionFor(Math.Max(width, height)));
        using var stretched = shift > 0 ? SampleRange.Apply(source, shift) : null;
        using var resized = (stretched ?? source).ThumbnailImage(width, height, size);
        using var managed = ToSrgbByProfile(resized);
        return OnWhite((managed ?? resized).Colourspace(Enums.Interpretation.Srgb));
    }

    /// <summary>
    /// Converts a colour picture by the profile it carries, and CMYK without a usable one by libvips' own; null where
    /// there is nothing to convert. Grey pictures are taken as they are: their profiles only bend the tone curve.
    /// </summary>
    private static Image? ToSrgbByProfile(Image image)
    {
        var isRgb = image.Interpretation is Enums.Interpretation.Srgb or Enums.Interpretation.Rgb16;
        var fallback =
            image.Interpretation == Enums.Interpretation.Cmyk ? "cmyk"
            : isRgb && image.Contains("icc-profile-data") ? "srgb"
            : null;
        return fallback is null ? null : image.IccTransform("srgb", embedded: true, inputProfile: fallback);
    }

    /// <summary>
    /// Three bands of the sRGB image, which is disposed where another takes its place; a TIFF may have more than the
    /// one extra band that is alpha.
    /// </summary>
    private static Image OnWhite(Image srgb)
    {
        if (srgb.Bands == 3)
        {
            return srgb;
        }

        using (srgb)
        {
            return srgb.Bands == 4 ? srgb.Flatten([255, 255, 255]) : srgb.ExtractBand(0, n: 3);
        }
    }

    /// <summary>
    /// The largest reduction that leaves both sides at least twice the target, so that what remains to be resized
    /// decides the quality.
    /// </summary>
    private int ReductionFor(int side)
    {
        var ratio = Math.Min(Header.Width, Header.Height) / side;
        return ratio >= 16 ? 8
            : ratio >= 8 ? 4
            : ratio >= 4 ? 2
            : 1;
    }

    private static void RequirePixels(IPictureSource source, ImageLimits limits)
    {
        var (width, height) = source.Size;
        var pixels = (long)width * height;
        if (pixels <= limits.MaxPixels)
        {
            return;
        }

        throw new PortalException(
            StatusCode.InputOverLimit,
            string.Create(
                CultureInfo.InvariantCulture,
                $"The image has {pixels / 1e6:0.0} megapixels ({width} × {height}); the limit is "
                    + $"{limits.MaxPixels / 1e6:0.##}."
            )
        );
    }
}
