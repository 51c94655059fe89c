using System.Collections.Concurrent;
using Portal.Core.Domain.Jobs;

namespace Portal.Core.Services.Jobs;

/// <summary>
/// Wakes the runner when there may be something to do, reaches a running job when it is to stop, and knows when it last
/// came further.
/// </summary>
public sealed class JobSignal : IDisposable
{
    private readonly Dictionary<JobLane, SemaphoreSlim> _work = Enum.GetValues<JobLane>()
        .ToDictionary(lane => lane, _ => new SemaphoreSlim(0));
    private readonly ConcurrentDictionary<long, CancellationTokenSource> _running = new();
    private readonly ConcurrentDictionary<long, DateTime> _movedAt = new();

    public void Wake()
    {
        foreach (var lane in _work.Values)
        {
            lane.Release();
        }
    }

    internal Task WaitAsync(JobLane lane, CancellationToken ct) => _work[lane].WaitAsync(ct);

    /// <summary>
    /// Stops a job if it runs; one that does not is taken up by the runner, which sees what was asked.
    /// </summary>
    internal void Stop(long jobId)
    {
        if (_running.TryGetValue(jobId, out var source))
        {
            source.Cancel();
        }

        Wake();
    }

    internal void Register(long jobId, CancellationTokenSource source, DateTime now)
    {
        _running[jobId] = source;
        _movedAt[jobId] = now;
    }

    internal void Unregister(long jobId)
    {
        _running.TryRemove(jobId, out _);
        _movedAt.TryRemove(jobId, out _);
    }

    internal void Moved(long jobId, DateTime now) => _movedAt[jobId] = now;

    /// <summary>
    /// When a running job's progress last changed, or it was taken up; null for one that does not run.
    /// </summary>
    internal DateTime? MovedAt(long jobId) => _movedAt.TryGetValue(jobId, out var at) ? at : null;

    public void Dispose()
    {
        foreach (var lane in _work.Values)
        {
            lane.Dispose();
        }
    }
}
