using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Portal.Core.Domain.Users;

namespace Portal.Features.SignIn;

/// <summary>
/// Remembers in the browser that somebody signed in with it. It opens nothing; it lets a person try a password while
/// others have locked the account by guessing.
/// </summary>
internal sealed class KnownBrowserCookie(IDataProtectionProvider protection)
{
    private const string Name = "portal-known";
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(180);
    private readonly ITimeLimitedDataProtector _seal = protection
        .CreateProtector("sign-in: a known browser")
        .ToTimeLimitedDataProtector();

    public void Give(HttpContext context, Session session) =>
        context.Response.Cookies.Append(
            Name,
            _seal.Protect(string.Create(CultureInfo.InvariantCulture, $"{session.UserId} {session.Id}"), Lifetime),
            new CookieOptions
            {
                HttpOnly = true,
                SameSite = SameSiteMode.Lax,
                Secure = context.Request.IsHttps,
                MaxAge = Lifetime,
                IsEssential = true,
                Path = SignInApi.SignInPath,
            }
        );

    /// <summary>
    /// Who signed in with the browser last; null for nobody, a cookie of another portal, or one that is too old.
    /// </summary>
    public KnownBrowser? Read(HttpContext context)
    {
        if (context.Request.Cookies[Name] is not { Length: > 0 } sealedText)
        {
            return null;
        }

        try
        {
            var parts = _seal.Unprotect(sealedText).Split(' ');
            return new KnownBrowser(
                long.Parse(parts[0], CultureInfo.InvariantCulture),
                long.Parse(parts[1], CultureInfo.InvariantCulture)
            );
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
