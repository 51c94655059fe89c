using Microsoft.Extensions.Options;
using Portal.Core.Domain.Errors;
using Portal.Shared.Access;
using Portal.Shared.Api;

namespace Portal.Features.SignIn;

/// <summary>
/// Refuses what a page of another origin sends with a signed-in browser's cookie: calls of open pages, and requests
/// that change something. A cookie's <c>SameSite</c> does not tell a sibling host or another port from the portal.
/// </summary>
internal static class OriginGuard
{
    private const string CrossSite = "cross-site";

    public static void UseOriginGuard(this WebApplication app)
    {
        var own = app.Services.GetRequiredService<IOptions<NetworkOptions>>().Value.PublicAddress is { } address
            ? Authority(new Uri(address))
            : null;
        app.Use(
            (context, next) =>
            {
                if (!IsGuarded(context) || IsOwn(context.Request, own))
                {
                    return next(context);
                }

                if (context.Request.Path.StartsWithSegments("/v2"))
                {
                    return ApiErrors.AnswerAsync(
                        context,
                        new PortalException(StatusCode.InsufficientScopes, Refusal(own))
                    );
                }

                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return context.Response.WriteAsync(Refusal(own), context.RequestAborted);
            }
        );
    }

    // An open page is called over one connection, which begins with a GET.
    private static bool IsGuarded(HttpContext context) =>
        context.Request.Path.StartsWithSegments("/_blazor") || CrossSiteGuard.IsChangeByCookie(context);

    /// <param name="own">Host and port by which readers reach the portal; null: those that they ask for.</param>
    private static bool IsOwn(HttpRequest request, string? own)
    {
        // Browsers tell the origin of whatever may change something; what tells none is no browser, or one that says
        // where it comes from otherwise.
        if (request.Headers.Origin is not [{ Length: > 0 } origin])
        {
            return request.Headers.Origin.Count == 0 && request.Headers["Sec-Fetch-Site"] != CrossSite;
        }

        return Uri.TryCreate(origin, UriKind.Absolute, out var from)
            && from.Scheme is "http" or "https"
            && string.Equals(Authority(from), own ?? Authority(request.Host), StringComparison.OrdinalIgnoreCase);
    }

    // The scheme is left out of it: a proxy may speak HTTPS where the portal does not know.
    private static string Authority(Uri address) => Authority(new HostString(address.IdnHost, address.Port));

    private static string Authority(HostString host) => host.Port is null or 80 or 443 ? host.Host : host.Value!;

    private static string Refusal(string? own) =>
        own is null
            ? "The request comes from a page of another site. If it is the portal's own, the proxy before it must "
                + "pass the header Host on, or Network:PublicAddress must be set."
            : $"The request comes from a page of another site. The portal is at {own}.";
}
