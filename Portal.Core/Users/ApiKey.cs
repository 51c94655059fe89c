using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Portal.Core.Users;

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

internal sealed class ApiKeyMapping : IEntityTypeConfiguration<ApiKey>, IEntityTypeConfiguration<SignInLink>
{
    public void Configure(EntityTypeBuilder<ApiKey> builder)
    {
        builder.HasIndex(k => k.Hash).IsUnique();
        // Keys made before there were scopes keep what they could do.
        builder.Property(k => k.Scope).HasDefaultValue(KeyScope.Manage).HasSentinel(default(KeyScope));
        builder.HasOne<PortalUser>().WithMany().HasForeignKey(k => k.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Apps.App>().WithMany().HasForeignKey(k => k.AppId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<SignInLink> builder)
    {
        builder.ToTable("SignInLinks");
        builder.HasIndex(l => l.Hash).IsUnique();
        builder.HasOne<PortalUser>().WithMany().HasForeignKey(l => l.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
