using Portal.Core.Apps;
using Portal.Core.Inputs;
using Portal.Features.Inputs;
using Portal.Features.SignIn;

namespace Portal.Shared.Layout;

/// <summary>The app a page is about and who looks at it. The layout loads it once and cascades it.</summary>
/// <param name="OwnerId">The owner's user id as in the path.</param>
public sealed record AppScope(App App, string OwnerId, CurrentUser User)
{
    /// <summary>The app's internal key, which services take.</summary>
    public long AppKey => App.Id;

    /// <summary>A page of this app, for example <c>Href("explorer")</c> or <c>Href("inputs/" + id)</c>.</summary>
    public string Href(string page) => $"/apps/{OwnerId}/{App.ExternalId}/{page}";

    /// <summary>The app in the REST API.</summary>
    public string ApiHref() => $"/v2/users/{OwnerId}/apps/{App.ExternalId}";

    /// <summary>A picture of an input. The hash makes the address change with the bytes, so browsers may keep it for good.</summary>
    public string Media(Input input, MediaRendition rendition = MediaRendition.Thumb) => Media(input.ExternalId, input.ContentHash, rendition);

    public string Media(string inputId, string contentHash, MediaRendition rendition = MediaRendition.Thumb) =>
        MediaAddress.Of(OwnerId, App.ExternalId, inputId, contentHash, rendition);
}
