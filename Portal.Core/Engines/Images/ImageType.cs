namespace Portal.Core.Engines.Images;

/// <summary>The image formats the portal accepts, told apart by their bytes.</summary>
public enum ImageType
{
    Jpeg,
    Png,
    WebP,
    Gif,
    Tiff,
    Avif,
    Bmp,

    /// <summary>A portable anymap: PBM, PGM or PPM.</summary>
    Pnm,
}
