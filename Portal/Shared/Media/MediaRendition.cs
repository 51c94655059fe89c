namespace Portal.Shared.Media;

/// <summary>The sizes in which the portal shows an input.</summary>
public enum MediaRendition
{
    /// <summary>WebP, longer side at most 320 px.</summary>
    Thumb,

    /// <summary>WebP, longer side at most 1600 px.</summary>
    Large,

    /// <summary>The uploaded bytes.</summary>
    Original,
}
