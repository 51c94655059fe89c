using Microsoft.Extensions.Options;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Users;
using Portal.Shared.Identity;

namespace Portal.Shared.Access;

/// <summary>
/// The user the portal belongs to, who makes its apps. In an app of somebody else's this user is a member like any
/// other, or none.
/// </summary>
public sealed class SiteOwner(IOptions<OwnerOptions> options)
{
    public bool Is(CurrentUser user) =>
        string.Equals(user.UserId, options.Value.UserId, StringComparison.OrdinalIgnoreCase);

    /// <exception cref="PortalException"><see cref="StatusCode.InsufficientScopes"/>: it is somebody else, or a key
    /// that may not manage, or opens one app only.</exception>
    public void Require(CurrentUser user)
    {
        if (!Is(user))
        {
            throw new PortalException(
                StatusCode.InsufficientScopes,
                $"Only '{options.Value.UserId}', to whom this portal belongs, can do this."
            );
        }

        if (user.AppKey is not null || user.KeyScope is not (null or KeyScope.Manage))
        {
            throw new PortalException(
                StatusCode.InsufficientScopes,
                "This API key belongs to one app, or may not manage. Use a key for all apps that may."
            );
        }
    }
}
