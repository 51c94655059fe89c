namespace Portal.Core.Domain.Exchange;

/// <summary>Bounds on what comes in, each named by the refusal it causes.</summary>
internal static class ImportLimits
{
    /// <summary>
    /// Files in one archive or folder: a million pictures, each in the folders of several concepts, as the portal's own
    /// exports have them.
    /// </summary>
    public const int MaxEntries = 4_000_000;

    /// <summary>Bytes of all paths of an archive or folder, in UTF-8: 268 for each of a million.</summary>
    public const long MaxPathBytes = 256L << 20;

    /// <summary>Folders in folders.</summary>
    public const int MaxDepth = 32;

    /// <summary>Bytes of one unpacked file. A picture has its own, smaller limit.</summary>
    public const long MaxEntryBytes = 8L << 30;

    /// <summary>Bytes of the manifest of an export.</summary>
    public const long MaxManifestBytes = 64L << 20;

    /// <summary>Characters of one line.</summary>
    public const int MaxLineLength = 8 << 20;

    /// <summary>Bytes of one element of a list in a JSON document, or of any one text in it.</summary>
    public const int MaxJsonPiece = 8 << 20;

    /// <summary>
    /// Annotations of a COCO document, which are kept while it is read: 16 bytes each, and some 40 for each image.
    /// </summary>
    public const int MaxAnnotations = 10_000_000;

    /// <summary>Characters of the names of a JSON document's categories, which are kept while it is read.</summary>
    public const long MaxKeptNames = 32L << 20;

    /// <summary>Unpacked bytes of a tar archive.</summary>
    public const long MaxUnpackedBytes = 256L << 30;

    /// <summary>
    /// Unpacked to packed bytes, above which a large file is a bomb. Deflate reaches 1,032 at most; labels seldom 100.
    /// </summary>
    public const int MaxRatio = 400;

    /// <summary>Bytes below which the ratio does not matter.</summary>
    public const long RatioFreeBytes = 16L << 20;
}
