namespace Portal.Core.Jobs;

/// <summary>Where a running job is. Cheap to update: it is written to the database at most a few times a second, by the runner.</summary>
public sealed class JobProgress
{
    private volatile Snapshot _current = new(0, 0, "");

    public void Report(int done, int total, string message) => _current = new Snapshot(done, total, message);

    internal Snapshot Current => _current;

    internal sealed record Snapshot(int Done, int Total, string Message);
}
