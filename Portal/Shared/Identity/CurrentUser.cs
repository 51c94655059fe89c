using System.Globalization;
using System.Security.Claims;
using Portal.Core.Domain.Audit;
using Portal.Core.Domain.Users;

namespace Portal.Shared.Identity;

/// <summary>
/// Who acts. Components get it as a cascading value, endpoints as a parameter bound from the request.
/// </summary>
/// <param name="Key">The user's internal key.</param>
/// <param name="UserId">The user id others see.</param>
/// <param name="AppKey">The one app an app-scoped API key opens, or null.</param>
/// <param name="KeyScope">What an API key may do at most; null for a person.</param>
public sealed record CurrentUser(long Key, string UserId, long? AppKey = null, KeyScope? KeyScope = null)
{
    internal const string AppClaim = "portal:app";
    internal const string ScopeClaim = "portal:scope";
    private const string SessionClaim = "portal:session";

    private const string ApiKeyClaim = "portal:key";

    /// <summary>The internal key of the API key that was sent; null with a cookie.</summary>
    public long? ApiKeyKey { get; init; }

    /// <summary>The session that a cookie stands for; null with an API key.</summary>
    public long? SessionKey { get; init; }

    /// <exception cref="InvalidOperationException">The principal is not signed in; authorization lets none
    /// through.</exception>
    public static CurrentUser Of(ClaimsPrincipal principal)
    {
        var key =
            principal.FindFirstValue(ClaimTypes.NameIdentifier)
            ?? throw new InvalidOperationException("Nobody is signed in.");
        return new CurrentUser(
            ToKey(key),
            principal.Identity!.Name!,
            principal.FindFirstValue(AppClaim) is { } app ? ToKey(app) : null,
            principal.FindFirstValue(ScopeClaim) is { } scope ? Enum.Parse<KeyScope>(scope) : null
        )
        {
            ApiKeyKey = principal.FindFirstValue(ApiKeyClaim) is { } apiKey ? ToKey(apiKey) : null,
            SessionKey = principal.FindFirstValue(SessionClaim) is { } session ? ToKey(session) : null,
        };
    }

    public static ValueTask<CurrentUser?> BindAsync(HttpContext context) =>
        ValueTask.FromResult(context.User.Identity is { IsAuthenticated: true } ? Of(context.User) : null);

    /// <summary>What follows in this flow of control is done by this user.</summary>
    internal void Act(string? address) => Actor.Enter(new Actor(Key, SessionKey, ApiKeyKey, address));

    /// <summary>The identity a cookie or a key stands for.</summary>
    public ClaimsPrincipal ToPrincipal(string scheme)
    {
        var identity = new ClaimsIdentity(scheme);
        identity.AddClaim(new Claim(ClaimTypes.NameIdentifier, Key.ToString(CultureInfo.InvariantCulture)));
        identity.AddClaim(new Claim(ClaimTypes.Name, UserId));
        if (AppKey is { } app)
        {
            identity.AddClaim(new Claim(AppClaim, app.ToString(CultureInfo.InvariantCulture)));
        }

        if (KeyScope is { } scope)
        {
            identity.AddClaim(new Claim(ScopeClaim, scope.ToString()));
        }

        if (ApiKeyKey is { } apiKey)
        {
            identity.AddClaim(new Claim(ApiKeyClaim, apiKey.ToString(CultureInfo.InvariantCulture)));
        }

        if (SessionKey is { } session)
        {
            identity.AddClaim(new Claim(SessionClaim, session.ToString(CultureInfo.InvariantCulture)));
        }

        return new ClaimsPrincipal(identity);
    }

    private static long ToKey(string claim) => long.Parse(claim, CultureInfo.InvariantCulture);
}
