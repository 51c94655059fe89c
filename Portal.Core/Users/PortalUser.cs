using Microsoft.AspNetCore.Identity;

namespace Portal.Core.Users;

/// <summary>A person or a service that acts in the portal. <see cref="IdentityUser{TKey}.UserName"/> is the user id the API shows.</summary>
public sealed class PortalUser : IdentityUser<long>
{
    public DateTime CreatedAt { get; set; }
}
