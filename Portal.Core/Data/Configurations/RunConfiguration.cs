using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Runs;
using Portal.Core.Domain.Workflows;

namespace Portal.Core.Data.Configurations;

internal sealed class RunConfiguration : IEntityTypeConfiguration<Run>
{
    public void Configure(EntityTypeBuilder<Run> builder)
    {
        builder.HasIndex(r => new { r.InputId, r.WorkflowVersionId }).IsUnique();
        builder.HasIndex(r => new
        {
            r.WorkflowVersionId,
            r.Status,
            r.Id,
        });
        builder.HasOne<Input>().WithMany().HasForeignKey(r => r.InputId).OnDelete(DeleteBehavior.Cascade);
        builder
            .HasOne<WorkflowVersion>()
            .WithMany()
            .HasForeignKey(r => r.WorkflowVersionId)
            .OnDelete(DeleteBehavior.Cascade);
    }
}
