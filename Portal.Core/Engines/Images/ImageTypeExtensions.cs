namespace Portal.Core.Engines.Images;

public static class ImageTypeExtensions
{
    /// <summary>The IANA media type, such as <c>image/jpeg</c>.</summary>
    public static string MediaType(this ImageType type) =>
        "image/"
        + type switch
        {
            ImageType.Jpeg => "jpeg",
            ImageType.Png => "png",
            ImageType.WebP => "webp",
            ImageType.Gif => "gif",
            ImageType.Tiff => "tiff",
            ImageType.Avif => "avif",
            ImageType.Bmp => "bmp",
            ImageType.Pnm => "x-portable-anymap",
            _ => throw new ArgumentOutOfRangeException(nameof(type)),
        };

    /// <summary>The name people know the format by, such as <c>JPEG</c>.</summary>
    public static string DisplayName(this ImageType type) =>
        type == ImageType.WebP ? "WebP" : type.ToString().ToUpperInvariant();
}
