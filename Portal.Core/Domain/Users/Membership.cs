namespace Portal.Core.Domain.Users;

/// <summary>A user's role in an app. Without one, the app does not exist for the user.</summary>
public sealed class Membership
{
    public long AppId { get; set; }
    public long UserId { get; set; }
    public Role Role { get; set; }
    public DateTime CreatedAt { get; set; }
}
