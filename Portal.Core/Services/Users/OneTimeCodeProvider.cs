using Microsoft.AspNetCore.Identity;
using Portal.Core.Domain.Users;

namespace Portal.Core.Services.Users;

/// <summary>
/// Accepts the codes of an authenticator app. Identity's own provider reads the system's clock and accepts a code as
/// often as it comes; this one reads the portal's, and accepts each code once, as RFC 6238 (section 5.2) demands.
/// </summary>
internal sealed class OneTimeCodeProvider(TimeProvider clock) : AuthenticatorTokenProvider<PortalUser>
{
    public override async Task<bool> ValidateAsync(
        string purpose,
        string token,
        UserManager<PortalUser> manager,
        PortalUser user
    )
    {
        if (await manager.GetAuthenticatorKeyAsync(user) is not { } key)
        {
            return false;
        }

        if (OneTimeCode.Find(Base32.Decode(key), token, clock.GetUtcNow(), user.LastCodeStep) is not { } step)
        {
            return false;
        }

        user.LastCodeStep = step;
        return (await manager.UpdateAsync(user)).Succeeded;
    }
}
