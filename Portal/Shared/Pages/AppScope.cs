using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Users;
using Portal.Shared.Identity;
using Portal.Shared.Live;
using Portal.Shared.Media;

namespace Portal.Shared.Pages;

/// <summary>
/// The app a page is about, who looks at it, and as what. The layout loads it and cascades it, and again when one of
/// these changes.
/// </summary>
/// <param name="OwnerId">The owner's user id as in the path.</param>
/// <param name="Role">The user's role when it was loaded: what a page shows goes by it, what a page does by the one of
/// that moment.</param>
/// <param name="Members">Knows the user's role of the moment.</param>
public sealed record AppScope(App App, string OwnerId, CurrentUser User, Role Role, MembershipService Members)
{
    /// <summary>Whether to show what needs the permission.</summary>
    public bool May(Permission permission) => Role.May(permission);

    /// <summary>Why something that needs the permission is switched off, or null where it is not.</summary>
    public string? WhyNot(Permission permission) => May(permission) ? null : Permissions.Refusal(Role, permission);

    /// <summary>
    /// What every handler that changes something does first: a button that is hidden can still be called.
    /// </summary>
    /// <exception cref="PortalException"><see cref="StatusCode.InsufficientScopes"/> without the permission;
    /// <see cref="StatusCode.DoesNotExist"/> for somebody who is no member any more.</exception>
    public Task RequireAsync(Permission permission) =>
        Members.RequireAsync(AppKey, User.Key, permission, CancellationToken.None);

    /// <summary>
    /// Does what a person asked for, if they may. What is refused or foreseen becomes its message, to be shown beside
    /// the control.
    /// </summary>
    /// <returns>What went wrong and what to do, or null when nothing did.</returns>
    public Task<string?> AttemptAsync(Permission permission, Func<Task> action) =>
        Attempt.ToAsync(() => DoAsync(permission, action));

    /// <summary>
    /// Does what a person asked for, if they may at that moment; also for an undo, which comes later.
    /// </summary>
    public async Task DoAsync(Permission permission, Func<Task> action)
    {
        await RequireAsync(permission);
        await action();
    }

    /// <summary>The app's internal key, which services take.</summary>
    public long AppKey => App.Id;

    /// <summary>A page of this app, for example <c>Href("explorer")</c> or <c>Href("inputs/" + id)</c>.</summary>
    public string Href(string page) => $"/apps/{OwnerId}/{App.ExternalId}/{page}";

    /// <summary>The app in the REST API.</summary>
    public string ApiHref() => $"/v2/users/{OwnerId}/apps/{App.ExternalId}";

    /// <summary>
    /// A picture of an input. The hash makes the address change with the bytes, so browsers may keep it for good.
    /// </summary>
    public string Media(Input input, MediaRendition rendition = MediaRendition.Thumb) =>
        Media(input.ExternalId, input.ContentHash, rendition);

    public string Media(string inputId, string contentHash, MediaRendition rendition = MediaRendition.Thumb) =>
        MediaAddress.Of(OwnerId, App.ExternalId, inputId, contentHash, rendition);
}
