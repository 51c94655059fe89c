using Portal.Core.Domain.Errors;

namespace Portal.Core.Engines.Images;

/// <summary>
/// Reads the image files people upload, none of them trusted. Safe to use from several threads. Every method throws
/// <see cref="PortalException"/> with <see cref="StatusCode.InputUnsupportedFormat"/> for what is no accepted image,
/// <see cref="StatusCode.InputOverLimit"/> for an image over <see cref="ImageLimits"/>, and
/// <see cref="StatusCode.InputBadBytes"/> for a damaged one. A file that is cut short is damaged, however little is
/// missing: a half-grey picture must not become a training example.
/// </summary>
public interface IImageDecoder
{
    /// <summary>Reads the header and checks the limits; decodes no pixel.</summary>
    ImageHeader ReadHeader(string path);

    /// <summary>Reads what the camera wrote into the file (EXIF); decodes no pixel.</summary>
    PhotoDetails ReadPhoto(string path);

    /// <summary>
    /// Decodes into a square of 8-bit sRGB, squashed (the aspect is not kept), upright, on white where transparent; of
    /// an animation the first frame. The same file gives the same bytes.
    /// </summary>
    /// <param name="rgb">Receives side × side × 3 bytes, row by row, R G B.</param>
    /// <param name="side">Pixels, at least 1.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    void DecodeSquare(string path, int side, Span<byte> rgb, CancellationToken cancellationToken = default);

    /// <summary>
    /// Encodes a WebP whose longer side is at most <paramref name="maxSide"/> (never enlarged), aspect kept, upright,
    /// sRGB on white, without metadata; of an animation the first frame. The same file gives the same bytes.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    byte[] RenderWebp(string path, int maxSide, CancellationToken cancellationToken = default);
}
