using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Portal.Core.Users;

/// <summary>A user's role in an app. Without one, the app does not exist for the user.</summary>
public sealed class Membership
{
    public long AppId { get; set; }
    public long UserId { get; set; }
    public Role Role { get; set; }
    public DateTime CreatedAt { get; set; }
}

internal sealed class MembershipMapping : IEntityTypeConfiguration<Membership>
{
    public void Configure(EntityTypeBuilder<Membership> builder)
    {
        builder.ToTable("Memberships");
        builder.HasKey(m => new { m.AppId, m.UserId });
        // Serves the list of a user's apps.
        builder.HasIndex(m => m.UserId);
        builder.HasOne<Apps.App>().WithMany().HasForeignKey(m => m.AppId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<PortalUser>().WithMany().HasForeignKey(m => m.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
