namespace Portal.Core.Domain.Jobs;

public enum JobState
{
    Queued = 0,
    Running = 1,
    Succeeded = 2,
    Failed = 3,
    Cancelled = 4,

    /// <summary>A person stopped it for a while.</summary>
    Paused = 5,

    /// <summary>
    /// It ended without doing anything, because what it needs is not there yet; its message says what.
    /// </summary>
    Skipped = 6,
}

/// <summary>
/// Long work a person started: with progress, cancel, and a second start after a restart of the portal.
/// </summary>
public sealed class Job
{
    public long Id { get; set; }
    public required string ExternalId { get; set; }
    public long AppId { get; set; }

    /// <summary>Names its handler, for example <c>train</c>.</summary>
    public required string Kind { get; set; }

    /// <summary>One sentence for the Jobs page.</summary>
    public required string Title { get; set; }

    /// <summary>The handler's own parameters, as JSON.</summary>
    public required string Parameters { get; set; }

    public JobState State { get; set; }

    /// <summary>Units done of <see cref="Total"/>; both 0 until the handler knows.</summary>
    public int Done { get; set; }

    public int Total { get; set; }

    /// <summary>What it is doing, or how it ended, in words.</summary>
    public string Message { get; set; } = "";

    /// <summary>
    /// The handler's own note of how far it has come, from which a second start goes on; null while there is none.
    /// </summary>
    public string? Checkpoint { get; set; }

    public bool CancelRequested { get; set; }
    public bool PauseRequested { get; set; }
    public long CreatedById { get; set; }
    public DateTime CreatedAt { get; set; }

    /// <summary>Moved on by the length of each pause, so that the time since is time at work.</summary>
    public DateTime? StartedAt { get; set; }

    /// <summary>When it ended, or was paused.</summary>
    public DateTime? FinishedAt { get; set; }

    public bool IsOver => State is JobState.Succeeded or JobState.Failed or JobState.Cancelled or JobState.Skipped;
}
