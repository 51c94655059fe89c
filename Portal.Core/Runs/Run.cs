using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Portal.Core.Runs;

public enum RunStatus
{
    Succeeded = 0,
    Failed = 1,
}

/// <summary>
/// One execution of a workflow version on one input. Running the same version again replaces it, so there is one row
/// for each pair; the trace is rebuilt from the stored embedding and the versions, which give the same scores again.
/// </summary>
public sealed class Run
{
    public long Id { get; set; }
    public long InputId { get; set; }
    public long WorkflowVersionId { get; set; }
    public RunStatus Status { get; set; }
    public string? Error { get; set; }
    public DateTime StartedAt { get; set; }
    public DateTime FinishedAt { get; set; }
}

internal sealed class RunMapping : IEntityTypeConfiguration<Run>
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
        builder.HasOne<Inputs.Input>().WithMany().HasForeignKey(r => r.InputId).OnDelete(DeleteBehavior.Cascade);
        builder
            .HasOne<Workflows.WorkflowVersion>()
            .WithMany()
            .HasForeignKey(r => r.WorkflowVersionId)
            .OnDelete(DeleteBehavior.Cascade);
    }
}
