using Microsoft.AspNetCore.Identity;

namespace Portal.Core.Domain.Users;

/// <summary>
/// A person or a service that acts in the portal. <see cref="IdentityUser{TKey}.UserName"/> is the user id the API
/// shows.
/// </summary>
public sealed class PortalUser : IdentityUser<long>
{
    public DateTime CreatedAt { get; set; }

    /// <summary>
    /// The time step of the last code of the authenticator app that was accepted: that code and older ones are not
    /// accepted again. Null before the first.
    /// </summary>
    public long? LastCodeStep { get; set; }
}
