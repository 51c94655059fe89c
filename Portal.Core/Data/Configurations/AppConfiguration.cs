using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Users;
using Portal.Core.Domain.Workflows;

namespace Portal.Core.Data.Configurations;

internal sealed class AppConfiguration : IEntityTypeConfiguration<App>
{
    public void Configure(EntityTypeBuilder<App> builder)
    {
        builder.HasIndex(a => new { a.OwnerId, a.ExternalId }).IsUnique();
        builder.HasOne<PortalUser>().WithMany().HasForeignKey(a => a.OwnerId).OnDelete(DeleteBehavior.Restrict);
        builder
            .HasOne<WorkflowVersion>()
            .WithMany()
            .HasForeignKey(a => a.DefaultWorkflowVersionId)
            .OnDelete(DeleteBehavior.Restrict);
    }
}
