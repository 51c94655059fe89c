namespace Portal.Core.Domain.Users;

/// <summary>A key for the REST API. Shown once, stored as a hash, scoped to a user or to one app.</summary>
public sealed class ApiKey
{
    public long Id { get; set; }
    public long UserId { get; set; }

    /// <summary>The one app the key opens, or null for all of its user's.</summary>
    public long? AppId { get; set; }

    public required string Name { get; set; }

    /// <summary>SHA-256 of the key, lower-case hexadecimal.</summary>
    public required string Hash { get; set; }

    /// <summary>The first characters, to tell keys apart on a page.</summary>
    public required string Prefix { get; set; }

    public KeyScope Scope { get; set; }
    public DateTime CreatedAt { get; set; }

    /// <summary>When the key ends, or null for never.</summary>
    public DateTime? ExpiresAt { get; set; }

    public DateTime? LastUsedAt { get; set; }
    public DateTime? RevokedAt { get; set; }
}

/// <summary>A link that signs a user in once.</summary>
public sealed class SignInLink
{
    public long Id { get; set; }
    public long UserId { get; set; }

    /// <summary>SHA-256 of the token in the link, lower-case hexadecimal.</summary>
    public required string Hash { get; set; }

    public DateTime ExpiresAt { get; set; }
    public DateTime? UsedAt { get; set; }
}
