using System.Buffers;
using System.Globalization;
using Portal.Core.Errors;
using Portal.Core.Interop.Vips;

namespace Portal.Core.Imaging;

/// <summary>One image file in memory whose type, header and limits have been checked; the pixels are still encoded.</summary>
internal sealed class VipsImageFile : IDisposable
{
    private readonly VipsBlob _blob;

    private VipsImageFile(VipsBlob blob, ImageHeader header, long decodedBytes)
    {
        _blob = blob;
        Header = header;
        DecodedBytes = decodedBytes;
    }

    public ImageHeader Header { get; }

    /// <summary>An upper estimate of the memory its decoding needs.</summary>
    public long DecodedBytes { get; }

    public static VipsImageFile Open(string path, ImageLimits limits)
    {
        var (type, blob) = Read(path, limits);
        try
        {
            using var image = Load(type, blob);
            RequirePixels(image, limits);
            var turned = image.Orientation >= 5;
            var header = new ImageHeader(type, turned ? image.Height : image.Width, turned ? image.Width : image.Height, image.Orientation);
            return new VipsImageFile(blob, header, EstimateDecodedBytes(type, image));
        }
        catch (VipsException failure)
        {
            blob.Dispose();
            throw BadBytes(type, failure);
        }
        catch
        {
            blob.Dispose();
            throw;
        }
    }

    /// <summary>The picture, upright, in 8-bit sRGB on white, shrunk to fit the box with its aspect kept; still to be computed.</summary>
    public VipsImage Fit(int side) => Resize(side, side, "down");

    /// <summary>The same, squashed: each side that is longer than <paramref name="side"/> is shrunk to it, and none is enlarged.</summary>
    public VipsImage Squash(int side) => Resize(Math.Min(side, Header.Width), Math.Min(side, Header.Height), "force");

    private VipsImage Resize(int width, int height, string size)
    {
        using var source = Load(Header.Type, _blob, ReductionFor(Math.Max(width, height)));
        using var resize = new VipsOperation("thumbnail_image").Set("in", source);
        using var resized = resize.Set("width", width).Set("height", height).Set("size", size).ToImage();
        using var managed = ToSrgbByProfile(resized);
        using var toSrgb = new VipsOperation("colourspace").Set("in", managed ?? resized).Set("space", "srgb");
        return OnWhite(toSrgb.ToImage());
    }

    /// <summary>What the camera wrote into the file.</summary>
    public PhotoDetails Photo()
    {
        using var image = Load(Header.Type, _blob);
        return PhotoDetails.Of(image.FieldText);
    }

    /// <summary>The failure of a file whose bytes do not decode.</summary>
    public static PortalException BadBytes(ImageType type, VipsException failure)
    {
        var reason = failure.Message.Split('\n', 2)[0].Trim();
        var detail = reason.Length == 0 ? "" : $" ({reason})";
        return new PortalException(
            StatusCode.InputBadBytes,
            $"The {type.DisplayName()} file is damaged or cut short{detail}. Export it again from its source.",
            inner: failure);
    }

    public void Dispose() => _blob.Dispose();

    private static (ImageType Type, VipsBlob Blob) Read(string path, ImageLimits limits)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.SequentialScan);
        var length = RandomAccess.GetLength(file);
        if (length > limits.MaxBytes)
            throw new PortalException(StatusCode.InputOverLimit, Invariant($"The file has {length / 1e6:0.0} MB; the limit is {limits.MaxBytes / 1e6:0.#} MB."));

        var buffer = ArrayPool<byte>.Shared.Rent((int)length);
        try
        {
            var read = 0;
            for (int step; read < length && (step = RandomAccess.Read(file, buffer.AsSpan(read, (int)length - read), read)) > 0; read += step)
            {
            }
            var bytes = buffer.AsSpan(0, read);
            return (ImageSniffer.Sniff(bytes), VipsBlob.Copy(bytes));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>
    /// Converts a colour picture by the profile it carries, and CMYK without a usable one by libvips' own; null where there is nothing to convert.
    /// Grey pictures are taken as they are: their profiles only bend the tone curve.
    /// </summary>
    private static VipsImage? ToSrgbByProfile(VipsImage image)
    {
        var fallback = image.IsCmyk ? "cmyk" : image.IsRgb && image.HasProfile ? "srgb" : null;
        if (fallback is null)
            return null;
        using var transform = new VipsOperation("icc_transform").Set("in", image).Set("output-profile", "srgb");
        return transform.Set("embedded", "true").Set("input-profile", fallback).ToImage();
    }

    /// <summary>Three bands of the sRGB image, which is disposed where another takes its place; a TIFF may have more than the one extra band that is alpha.</summary>
    private static VipsImage OnWhite(VipsImage srgb)
    {
        if (srgb.Bands == 3)
            return srgb;
        using (srgb)
        using (var composite = srgb.Bands == 4
            ? new VipsOperation("flatten").Set("in", srgb).Set("background", "255 255 255")
            : new VipsOperation("extract_band").Set("in", srgb).Set("band", 0).Set("n", 3))
        {
            return composite.ToImage();
        }
    }

    /// <summary>Reads the header; pixels follow when they are asked for, from top to bottom.</summary>
    /// <param name="reduction">1, 2, 4 or 8: how many times smaller to decode a JPEG or WebP, whose decoders do this at little cost; the others ignore it.</param>
    private static VipsImage Load(ImageType type, VipsBlob blob, int reduction = 1)
    {
        var loader = type switch
        {
            ImageType.Jpeg => "jpegload_buffer",
            ImageType.Png => "pngload_buffer",
            ImageType.WebP => "webpload_buffer",
            ImageType.Gif => "gifload_buffer",
            ImageType.Tiff => "tiffload_buffer",
            ImageType.Avif => "heifload_buffer",
            _ => throw new ArgumentOutOfRangeException(nameof(type)),
        };
        using var load = new VipsOperation(loader).Set("buffer", blob).Set("access", "sequential").Set("fail-on", "error");
        if (type == ImageType.Jpeg)
            load.Set("shrink", reduction);
        else if (type == ImageType.WebP)
            load.Set("scale", (1.0 / reduction).ToString(CultureInfo.InvariantCulture));
        return load.ToImage();
    }

    /// <summary>The largest reduction that leaves both sides at least twice the target, so that what remains to be resized decides the quality.</summary>
    private int ReductionFor(int side)
    {
        var ratio = Math.Min(Header.Width, Header.Height) / side;
        return ratio >= 16 ? 8 : ratio >= 8 ? 4 : ratio >= 4 ? 2 : 1;
    }

    private static void RequirePixels(VipsImage image, ImageLimits limits)
    {
        var pixels = (long)image.Width * image.Height;
        if (pixels > limits.MaxPixels)
        {
            throw new PortalException(
                StatusCode.InputOverLimit,
                Invariant($"The image has {pixels / 1e6:0.0} megapixels ({image.Width} × {image.Height}); the limit is {limits.MaxPixels / 1e6:0.##}."));
        }
    }

    /// <summary>
    /// Every sample, as though the whole picture were held, which interlaced PNG, GIF and WebP need and others may. Progressive JPEG holds a 16-bit
    /// coefficient for each sample. AVIF holds planes, frame buffers and pixels together: 15 bytes a pixel were measured at 85 megapixels.
    /// </summary>
    private static long EstimateDecodedBytes(ImageType type, VipsImage image)
    {
        var copies = type switch { ImageType.Jpeg => 2, ImageType.Avif => 5, _ => 1 };
        return (long)image.Width * image.Height * image.Bands * image.SampleSize * copies;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
