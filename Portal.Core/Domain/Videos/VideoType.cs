using Portal.Core.Domain.Errors;

namespace Portal.Core.Domain.Videos;

/// <summary>A container the portal takes videos in.</summary>
/// <param name="Demuxer">The one ffmpeg demuxer that may read it: ffmpeg never guesses, so no playlist or list of files
/// is ever followed.</param>
public sealed record VideoType(string MediaType, string Demuxer)
{
    /// <summary>Bytes from which <see cref="Recognise"/> can tell.</summary>
    public const int HeadLength = 64;

    private static readonly VideoType Mp4 = new("video/mp4", "mov");
    private static readonly VideoType QuickTime = new("video/quicktime", "mov");
    private static readonly VideoType WebM = new("video/webm", "matroska");
    private static readonly VideoType Matroska = new("video/x-matroska", "matroska");
    private static readonly VideoType Avi = new("video/x-msvideo", "avi");

    /// <summary>
    /// Tells a video from its first bytes; null for anything else, pictures in the same containers among it.
    /// </summary>
    public static VideoType? Recognise(ReadOnlySpan<byte> head) =>
        head switch
        {
            [0x1A, 0x45, 0xDF, 0xA3, ..] => head[..Math.Min(head.Length, HeadLength)].IndexOf("webm"u8) >= 0
                ? WebM
                : Matroska,
            [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'A', (byte)'V', (byte)'I', (byte)' ', ..] =>
                Avi,
            [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..] when head.Length >= 12 => OfBrand(head[8..12]),
            _ => null,
        };

    /// <summary>Whether a file's name ends as videos' names do; whether it is one its bytes decide.</summary>
    public static bool IsNamedLikeVideo(string path) =>
        Path.GetExtension(path).ToUpperInvariant() is ".MP4" or ".M4V" or ".MOV" or ".WEBM" or ".MKV" or ".AVI";

    /// <summary>The type of a stored video.</summary>
    public static VideoType Of(string mediaType) =>
        Array.Find([Mp4, QuickTime, WebM, Matroska, Avi], t => t.MediaType == mediaType)
        ?? throw new PortalException(
            StatusCode.InputUnsupportedFormat,
            $"This version of the portal reads no videos of the type {mediaType}."
        );

    private static VideoType? OfBrand(ReadOnlySpan<byte> brand) =>
        brand.SequenceEqual("qt  "u8) ? QuickTime
        : brand.SequenceEqual("avif"u8)
        || brand.SequenceEqual("avis"u8)
        || brand.StartsWith("hei"u8)
        || brand.StartsWith("hev"u8)
        || brand.SequenceEqual("mif1"u8)
        || brand.SequenceEqual("msf1"u8)
            ? null
        : Mp4;
}
