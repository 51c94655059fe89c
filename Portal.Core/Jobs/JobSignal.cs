using System.Collections.Concurrent;

namespace Portal.Core.Jobs;

/// <summary>Wakes the runner when there may be something to do, and reaches a running job when it is to stop.</summary>
public sealed class JobSignal : IDisposable
{
    private readonly Dictionary<JobLane, SemaphoreSlim> _work = Enum.GetValues<JobLane>().ToDictionary(lane => lane, _ => new SemaphoreSlim(0));
    private readonly ConcurrentDictionary<long, CancellationTokenSource> _running = new();

    public void Wake()
    {
        foreach (var lane in _work.Values) lane.Release();
    }

    internal Task WaitAsync(JobLane lane, CancellationToken ct) => _work[lane].WaitAsync(ct);

    /// <summary>Stops a job if it runs; one that does not is taken up by the runner, which sees what was asked.</summary>
    internal void Stop(long jobId)
    {
        if (_running.TryGetValue(jobId, out var source)) source.Cancel();
        Wake();
    }

    internal void Register(long jobId, CancellationTokenSource source) => _running[jobId] = source;

    internal void Unregister(long jobId) => _running.TryRemove(jobId, out _);

    public void Dispose()
    {
        foreach (var lane in _work.Values) lane.Dispose();
    }
}
