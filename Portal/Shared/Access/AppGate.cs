using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Apps;
using Portal.Shared.Api;
using Portal.Shared.Identity;

namespace Portal.Shared.Access;

/// <summary>
/// Lets a request through to its endpoint or page if the caller may what that declares. Nothing of the request but its
/// path has been read by then. An app one is no member of is answered as one that does not exist.
/// </summary>
internal static class AppGate
{
    public static void UseAppGate(this IApplicationBuilder app) =>
        app.Use(
            async (HttpContext context, RequestDelegate next) =>
            {
                try
                {
                    await EnterAsync(context);
                }
                catch (PortalException e)
                {
                    await RefuseAsync(context, e);
                    return;
                }
                await next(context);
            }
        );

    private static async Task EnterAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata is not { } declared)
        {
            return;
        }

        if (declared.GetMetadata<SiteOwnerAttribute>() is not null)
        {
            context.RequestServices.GetRequiredService<SiteOwner>().Require(CurrentUser.Of(context.User));
        }

        if (declared.GetMetadata<NeedsAttribute>() is { } needs)
        {
            var scope = await OpenAsync(context, CurrentUser.Of(context.User));
            scope.Require(needs.Permission);
            context.Features.Set(scope);
        }
    }

    /// <summary>The app that the path names, or the one a key belongs to where the path names none.</summary>
    private static async Task<ApiScope> OpenAsync(HttpContext context, CurrentUser user)
    {
        var apps = context.RequestServices.GetRequiredService<AppService>();
        if ((context.GetRouteValue("app_id") ?? context.GetRouteValue("AppId")) is not string appId)
        {
            var key =
                user.AppKey
                ?? throw new PortalException(
                    StatusCode.InvalidRequest,
                    "Paths without an app need a key that belongs to one app. Use "
                        + "/v2/users/{user_id}/apps/{app_id}/…, or make such a key in the app's settings."
                );
            return new ApiScope(await apps.OpenAsync(user.Key, key, context.RequestAborted), user);
        }
        return await ApiScope.OpenAsync(apps, user, ApiScope.OwnerOf(context, user), appId, context.RequestAborted);
    }

    private static Task RefuseAsync(HttpContext context, PortalException e)
    {
        if (context.Request.Path.StartsWithSegments("/v2"))
        {
            return ApiErrors.AnswerAsync(context, e);
        }

        context.Response.StatusCode = ApiErrors.HttpStatus(e.Code);
        // A page says itself what is the matter, once its circuit stands; a picture that is not there has nothing to
        // say.
        return
            context.Request.Path.StartsWithSegments("/media")
            && context.Response.StatusCode != StatusCodes.Status404NotFound
            ? context.Response.WriteAsync(e.Message, context.RequestAborted)
            : Task.CompletedTask;
    }
}
