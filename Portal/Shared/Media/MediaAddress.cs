namespace Portal.Shared.Media;

/// <summary>Addresses of pictures.</summary>
public static class MediaAddress
{
    public static string Of(
        string ownerId,
        string appId,
        string inputId,
        string contentHash,
        MediaRendition rendition
    ) => $"/media/{ownerId}/{appId}/{inputId}/{Name(rendition)}?v={Version(contentHash)}";

    public static string Version(string contentHash) => contentHash[..12];

    public static string Name(MediaRendition rendition) =>
        rendition switch
        {
            MediaRendition.Thumb => "thumb",
            MediaRendition.Large => "large",
            _ => "original",
        };
}
