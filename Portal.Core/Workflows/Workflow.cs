using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Portal.Core.Storage;

namespace Portal.Core.Workflows;

/// <summary>A directed acyclic graph of model nodes, in versions.</summary>
public sealed class Workflow : IHideable
{
    public long Id { get; set; }
    public long AppId { get; set; }
    public required string ExternalId { get; set; }
    public required string Name { get; set; }
    public DateTime CreatedAt { get; set; }
    public DateTime ModifiedAt { get; set; }
    public DateTime? DeletedAt { get; set; }
}

internal sealed class WorkflowMapping : IEntityTypeConfiguration<Workflow>
{
    public void Configure(EntityTypeBuilder<Workflow> builder)
    {
        builder.HasIndex(w => new { w.AppId, w.ExternalId }).IsUnique();
        builder.HasOne<Apps.App>().WithMany().HasForeignKey(w => w.AppId).OnDelete(DeleteBehavior.Cascade);
    }
}
