using Microsoft.AspNetCore.Authentication.Cookies;
using Portal.Core.Domain.Errors;
using Portal.Shared.Api;

namespace Portal.Features.SignIn;

/// <summary>
/// Refuses what another site could make a signed-in browser send: requests to the REST API that change something, come
/// with the cookie and lack a header that only a page of this portal can set. A request with a key needs no such
/// header, for no other site knows the key.
/// </summary>
internal static class CrossSiteGuard
{
    public const string Header = "X-Requested-With";
    public const string Value = "portal";

    public static void UseCrossSiteGuard(this IApplicationBuilder app) =>
        app.Use(
            (context, next) =>
            {
                if (
                    !IsChangeByCookie(context)
                    || !IsGuarded(context.Request.Path)
                    || context.Request.Headers[Header] == Value
                )
                {
                    return next(context);
                }

                return ApiErrors.AnswerAsync(
                    context,
                    new PortalException(
                        StatusCode.InsufficientScopes,
                        $"A request that changes something needs an API key, or with a browser's session the header "
                            + $"'{Header}: {Value}'."
                    )
                );
            }
        );

    /// <summary>Whether a request may change something and is let in by a browser's cookie.</summary>
    public static bool IsChangeByCookie(HttpContext context) =>
        context.User.Identity?.AuthenticationType == CookieAuthenticationDefaults.AuthenticationScheme
        && !(
            HttpMethods.IsGet(context.Request.Method)
            || HttpMethods.IsHead(context.Request.Method)
            || HttpMethods.IsOptions(context.Request.Method)
        );

    private static bool IsGuarded(PathString path) => path.StartsWithSegments("/v2") || path == SignInApi.SignOutPath;
}
