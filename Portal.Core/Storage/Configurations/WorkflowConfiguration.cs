using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Portal.Core.Storage;
using Portal.Core.Workflows;

namespace Portal.Core.Storage.Configurations;

internal sealed class WorkflowConfiguration : IEntityTypeConfiguration<Workflow>
{
    public void Configure(EntityTypeBuilder<Workflow> builder)
    {
        builder.HasIndex(w => new { w.AppId, w.ExternalId }).IsUnique();
        builder.HasOne<Apps.App>().WithMany().HasForeignKey(w => w.AppId).OnDelete(DeleteBehavior.Cascade);
    }
}
