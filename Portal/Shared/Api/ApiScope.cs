using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Apps;
using Portal.Shared.Identity;

namespace Portal.Shared.Api;

/// <summary>
/// The app a request is about, its caller, and what the caller is in it. The gate makes it before the endpoint is
/// reached.
/// </summary>
internal sealed record ApiScope(AppAccess Access, CurrentUser User)
{
    public App App => Access.App;
    public long AppId => Access.App.Id;
    public long UserId => User.Key;

    /// <summary>The user id under which the app stands.</summary>
    public string OwnerId => Access.OwnerId;

    /// <exception cref="InvalidOperationException">The endpoint takes an app without declaring what it needs in
    /// it.</exception>
    public static ValueTask<ApiScope> BindAsync(HttpContext context) =>
        ValueTask.FromResult(
            context.Features.Get<ApiScope>()
                ?? throw new InvalidOperationException($"{context.GetEndpoint()?.DisplayName} declares no permission.")
        );

    /// <summary>An app by its path.</summary>
    /// <exception cref="PortalException">
    /// <see cref="StatusCode.DoesNotExist"/>, also for an app the user is no member of;
    /// <see cref="StatusCode.InsufficientScopes"/> for a key of another app.
    /// </exception>
    public static async Task<ApiScope> OpenAsync(
        AppService apps,
        CurrentUser user,
        string ownerId,
        string appId,
        CancellationToken ct
    )
    {
        var access = await apps.OpenAsync(user.Key, ownerId, appId, ct);
        return user.AppKey is null || user.AppKey == access.App.Id
            ? new ApiScope(access, user)
            : throw new PortalException(
                StatusCode.InsufficientScopes,
                $"This API key belongs to another app than '{appId}'. Use a key of that app, or one for all apps.",
                appId
            );
    }

    /// <summary>For what a request's content needs beyond what its endpoint declares.</summary>
    /// <exception cref="PortalException"><see cref="StatusCode.InsufficientScopes"/>: the caller's role, or the key's
    /// scope, does not have the permission.</exception>
    public void Require(Permission permission)
    {
        Access.Role.Require(permission);
        if (User.KeyScope is { } scope && !scope.May(permission))
        {
            throw new PortalException(StatusCode.InsufficientScopes, Permissions.Refusal(scope, permission));
        }
    }

    /// <summary>The user a path names; <c>me</c> is the caller.</summary>
    public static string OwnerOf(HttpContext context, CurrentUser user) =>
        (context.GetRouteValue("user_id") ?? context.GetRouteValue("UserId")) is string id
        && !string.Equals(id, "me", StringComparison.OrdinalIgnoreCase)
            ? id
            : user.UserId;
}
