using Portal.Core.Apps;
using Portal.Core.Errors;
using Portal.Core.Users;
using Portal.Features.SignIn;

namespace Portal.Shared.Api;

/// <summary>The app a path names, once it is sure that the caller may see it.</summary>
/// <param name="OwnerId">The owner's user id.</param>
internal sealed record ApiScope(App App, CurrentUser User, string OwnerId)
{
    public long AppId => App.Id;
    public long UserId => User.Key;

    /// <exception cref="PortalException">
    /// <see cref="StatusCode.DoesNotExist"/>, also for somebody else's app; <see cref="StatusCode.InsufficientScopes"/> for a key of another app.
    /// </exception>
    public static async ValueTask<ApiScope> BindAsync(HttpContext context)
    {
        var user = CurrentUser.Of(context.User);
        var apps = context.RequestServices.GetRequiredService<AppService>();
        if (context.GetRouteValue("app_id") is not string appId)
        {
            var key = user.AppKey ?? throw new PortalException(StatusCode.InvalidRequest,
                "Paths without an app need a key that belongs to one app. Use /v2/users/{user_id}/apps/{app_id}/…, or make such a key in the app's settings.");
            return new ApiScope(await apps.GetAsync(key, context.RequestAborted), user, user.UserId);
        }
        var ownerId = OwnerOf(context, user);
        var app = await apps.GetAsync(user.Key, ownerId, appId, context.RequestAborted);
        if (user.AppKey is { } only && only != app.Id)
            throw new PortalException(StatusCode.InsufficientScopes, $"This API key belongs to another app than '{appId}'. Use a key of that app, or one for all apps.", appId);
        return new ApiScope(app, user, ownerId);
    }

    /// <summary>The user a path names; <c>me</c> is the caller.</summary>
    public static string OwnerOf(HttpContext context, CurrentUser user) =>
        context.GetRouteValue("user_id") is string id && !string.Equals(id, "me", StringComparison.OrdinalIgnoreCase) ? id : user.UserId;
}
