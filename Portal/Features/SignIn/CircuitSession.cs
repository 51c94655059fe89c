using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Portal.Core.Services.Users;
using Portal.Shared.Identity;

namespace Portal.Features.SignIn;

/// <summary>
/// Who an open page belongs to. Asks every few seconds whether the session still stands; once it does not, nobody is
/// signed in on the page.
/// </summary>
internal sealed class CircuitSession(SessionService sessions, ILoggerFactory loggers)
    : RevalidatingServerAuthenticationStateProvider(loggers)
{
    // The answer comes from memory, so asking often costs nothing.
    protected override TimeSpan RevalidationInterval { get; } = TimeSpan.FromSeconds(5);

    protected override async Task<bool> ValidateAuthenticationStateAsync(
        AuthenticationState authenticationState,
        CancellationToken cancellationToken
    )
    {
        var user = CurrentUser.Of(authenticationState.User);
        // An open page is no use by itself: a session nobody works in runs out.
        return user.SessionKey is { } session
            && await sessions.FindLiveAsync(user.Key, session, isUse: false, cancellationToken) is not null;
    }
}
