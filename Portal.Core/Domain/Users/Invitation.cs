namespace Portal.Core.Domain.Users;

/// <summary>A link that makes whoever spends it a member of an app, once.</summary>
public sealed class Invitation
{
    public long Id { get; set; }
    public long AppId { get; set; }
    public Role Role { get; set; }

    /// <summary>SHA-256 of the token in the link, lower-case hexadecimal.</summary>
    public required string Hash { get; set; }

    /// <summary>Who invites. The invitation holds as long as they may give its role.</summary>
    public long CreatedById { get; set; }

    public DateTime CreatedAt { get; set; }
    public DateTime ExpiresAt { get; set; }

    /// <summary>When it was spent or withdrawn; null while it can be spent.</summary>
    public DateTime? EndedAt { get; set; }
}
