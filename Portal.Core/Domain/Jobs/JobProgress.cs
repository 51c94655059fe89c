namespace Portal.Core.Domain.Jobs;

/// <summary>
/// Where a running job is. Cheap to update: it is written to the database at most a few times a second, by the runner.
/// </summary>
public sealed class JobProgress
{
    private volatile Snapshot _current = new(0, 0, "", null);

    /// <param name="checkpoint">Stored as <see cref="Job.Checkpoint"/>.</param>
    public void Report(int done, int total, string message, string? checkpoint = null) =>
        _current = new Snapshot(done, total, message, checkpoint);

    /// <summary>
    /// What the job needs is not there yet: it is to end as <see cref="JobState.Skipped"/>, which is no failure.
    /// </summary>
    public void Skip() => IsSkipped = true;

    internal bool IsSkipped { get; private set; }

    internal Snapshot Current => _current;

    internal sealed record Snapshot(int Done, int Total, string Message, string? Checkpoint);
}
