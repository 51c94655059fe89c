using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Workflows;

namespace Portal.Core.Data.Configurations;

internal sealed class WorkflowConfiguration : IEntityTypeConfiguration<Workflow>
{
    public void Configure(EntityTypeBuilder<Workflow> builder)
    {
        builder.HasIndex(w => new { w.AppId, w.ExternalId }).IsUnique();
        builder.HasOne<App>().WithMany().HasForeignKey(w => w.AppId).OnDelete(DeleteBehavior.Cascade);
    }
}
