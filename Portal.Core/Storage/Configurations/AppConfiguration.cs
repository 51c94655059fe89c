using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Portal.Core.Apps;
using Portal.Core.Storage;

namespace Portal.Core.Storage.Configurations;

internal sealed class AppConfiguration : IEntityTypeConfiguration<App>
{
    public void Configure(EntityTypeBuilder<App> builder)
    {
        builder.HasIndex(a => new { a.OwnerId, a.ExternalId }).IsUnique();
        builder.HasOne<Users.PortalUser>().WithMany().HasForeignKey(a => a.OwnerId).OnDelete(DeleteBehavior.Restrict);
        builder
            .HasOne<Workflows.WorkflowVersion>()
            .WithMany()
            .HasForeignKey(a => a.DefaultWorkflowVersionId)
            .OnDelete(DeleteBehavior.Restrict);
    }
}
