using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Users;
using Portal.Shared.Identity;

namespace Portal.Features.SignIn;

/// <summary>Begins a session and gives the browser its cookie, and the one by which it is known later.</summary>
internal sealed class SessionStart(SessionService sessions, KnownBrowserCookie known)
{
    public async Task BeginAsync(HttpContext context, long userKey, string userId, SignInMethod method)
    {
        var session = await sessions.StartAsync(
            userKey,
            method,
            ClientAddress.Of(context),
            BrowserName.Of(context.Request.Headers.UserAgent.ToString()),
            context.RequestAborted
        );
        known.Give(context, session);
        var user = new CurrentUser(userKey, userId) { SessionKey = session.Id };
        await context.SignInAsync(
            CookieAuthenticationDefaults.AuthenticationScheme,
            user.ToPrincipal(CookieAuthenticationDefaults.AuthenticationScheme),
            new AuthenticationProperties { IsPersistent = true }
        );
    }
}
