namespace Portal.Core.Domain.Runs;

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
