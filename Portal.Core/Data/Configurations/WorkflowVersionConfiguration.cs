using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows;

namespace Portal.Core.Data.Configurations;

internal sealed class WorkflowVersionConfiguration
    : IEntityTypeConfiguration<WorkflowVersion>,
        IEntityTypeConfiguration<WorkflowNode>
{
    public void Configure(EntityTypeBuilder<WorkflowVersion> builder)
    {
        builder.HasIndex(v => new { v.WorkflowId, v.Number }).IsUnique();
        builder.HasIndex(v => new { v.WorkflowId, v.ExternalId }).IsUnique();
        builder.HasOne<Workflow>().WithMany().HasForeignKey(v => v.WorkflowId).OnDelete(DeleteBehavior.Cascade);
        builder
            .HasMany(v => v.Nodes)
            .WithOne()
            .HasForeignKey(n => n.WorkflowVersionId)
            .OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<WorkflowNode> builder)
    {
        builder.ToTable("WorkflowNodes");
        builder.HasIndex(n => new { n.WorkflowVersionId, n.NodeId }).IsUnique();
        builder
            .HasOne<ModelVersion>()
            .WithMany()
            .HasForeignKey(n => n.ModelVersionId)
            .OnDelete(DeleteBehavior.Restrict);
    }
}
