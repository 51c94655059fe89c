using System.Text;
using Portal.Core.Domain.Errors;

namespace Portal.Core.Engines.Images;

/// <summary>Tells an image's format from its bytes; names and declared media types are never consulted.</summary>
public static class ImageSniffer
{
    private const string Accepted = "Accepted are JPEG, PNG, WebP, GIF, TIFF, AVIF, BMP and PNM (PBM, PGM, PPM).";
    private const string AcceptedVideos = "Videos are taken as MP4, WebM, QuickTime, Matroska or AVI.";

    /// <param name="bytes">The whole file.</param>
    /// <exception cref="PortalException"><see cref="StatusCode.InputUnsupportedFormat"/>, saying what the file looks
    /// like.</exception>
    public static ImageType Sniff(ReadOnlySpan<byte> bytes)
    {
        if (Recognise(bytes) is not { } type)
        {
            throw new PortalException(
                StatusCode.InputUnsupportedFormat,
                $"The file is not an image the portal reads; it looks like {Describe(bytes)}. "
                    + $"{(IsVideo(bytes) ? AcceptedVideos : Accepted)}"
            );
        }

        if (MarkupScanner.ContainsMarkup(bytes))
        {
            throw new PortalException(
                StatusCode.InputUnsupportedFormat,
                $"The {type.DisplayName()} file also holds an HTML page. Save the picture again without it."
            );
        }

        return type;
    }

    private static ImageType? Recognise(ReadOnlySpan<byte> bytes) =>
        bytes switch
        {
            [0xFF, 0xD8, 0xFF, ..] => ImageType.Jpeg,
            [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => ImageType.Png,
            [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..] => ImageType.Gif,
            [(byte)'I', (byte)'I', 42 or 43, 0, ..] or [(byte)'M', (byte)'M', 0, 42 or 43, ..] => ImageType.Tiff,
            [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] =>
                ImageType.WebP,
            // BMP has no more of a signature than two letters, so the length of its header must be one that there is.
            [
                (byte)'B',
                (byte)'M',
                _,
                _,
                _,
                _,
                _,
                _,
                _,
                _,
                _,
                _,
                _,
                _,
                12
                or 16
                or 40
                or 52
                or 56
                or 64
                or 108
                or 124,
                0,
                0,
                0,
                ..,
            ] => ImageType.Bmp,
            [
                (byte)'P',
                >= (byte)'1'
                and <= (byte)'6',
                (byte)' '
                or (>= 9 and <= 13),
                (>= (byte)'0' and <= (byte)'9')
                or (byte)'#',
                ..,
            ] => ImageType.Pnm,
            _ => HasBrand(bytes, "avif") || HasBrand(bytes, "avis") ? ImageType.Avif : null,
        };

    /// <summary>
    /// Whether the bytes open an ISO base media file whose major or compatible brands include the given one.
    /// </summary>
    private static bool HasBrand(ReadOnlySpan<byte> bytes, string brand)
    {
        if (!IsIsoMedia(bytes))
        {
            return false;
        }

        var boxLength = Math.Min(bytes.Length, System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes));
        Span<byte> wanted = stackalloc byte[4];
        Encoding.ASCII.GetBytes(brand, wanted);
        for (var at = 8; at + 4 <= boxLength; at += 4)
        {
            // The word after the major brand is its version.
            if (at != 12 && bytes.Slice(at, 4).SequenceEqual(wanted))
            {
                return true;
            }
        }
        return false;
    }

    private static bool IsIsoMedia(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 12 && bytes[4..8].SequenceEqual("ftyp"u8);

    private static bool IsVideo(ReadOnlySpan<byte> bytes) =>
        bytes switch
        {
            [(byte)'F', (byte)'L', (byte)'V', 1, ..] => true,
            [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11, ..] => true, // Windows Media
            [0, 0, 1, 0xBA or 0xB3, ..] => true, // MPEG-1 and MPEG-2
            [(byte)'O', (byte)'g', (byte)'g', (byte)'S', ..] => true,
            _ => IsIsoMedia(bytes) && !HasBrand(bytes, "heic") && !HasBrand(bytes, "heix") && !HasBrand(bytes, "mif1"),
        };

    private static string Describe(ReadOnlySpan<byte> bytes) =>
        bytes switch
        {
            [] => "an empty file",
            [(byte)'B', (byte)'M', ..] => "a damaged BMP image",
            [(byte)'%', (byte)'P', (byte)'D', (byte)'F', ..] => "a PDF document",
            [(byte)'P', (byte)'K', 3, 4, ..] => "a ZIP archive",
            [(byte)'8', (byte)'B', (byte)'P', (byte)'S', ..] => "a Photoshop document",
            [0, 0, 1, 0, ..] => "a Windows icon",
            [0xFF, 0x0A, ..] or [0, 0, 0, 0x0C, (byte)'J', (byte)'X', (byte)'L', ..] => "a JPEG XL image",
            [0, 0, 0, 0x0C, (byte)'j', (byte)'P', ..] => "a JPEG 2000 image",
            [0x1F, 0x8B, ..] => "a gzip archive",
            [0x89, (byte)'P', (byte)'N', (byte)'G', ..] or [_, (byte)'P', (byte)'N', (byte)'G', ..] =>
                "a damaged PNG image",
            _ when HasBrand(bytes, "heic") || HasBrand(bytes, "heix") || HasBrand(bytes, "mif1") => "a HEIC image",
            _ when IsVideo(bytes) => "a video",
            _ => DescribeText(bytes),
        };

    private static string DescribeText(ReadOnlySpan<byte> bytes)
    {
        var head = bytes[..Math.Min(bytes.Length, 1024)];
        if (!bytes.ContainsAnyExceptInRange((byte)0, (byte)0))
        {
            return "a file of nothing but zero bytes";
        }

        if (head.Contains((byte)0))
        {
            return "no known image format";
        }

        var text = Encoding.UTF8.GetString(head);
        return Mentions("<svg") ? "an SVG drawing"
            : MarkupScanner.ContainsMarkup(head) ? "an HTML page"
            : Mentions("<?xml") ? "an XML document"
            : text.Contains('\uFFFD', StringComparison.Ordinal) ? "no known image format"
            : "plain text";

        bool Mentions(string tag) => text.Contains(tag, StringComparison.OrdinalIgnoreCase);
    }
}
