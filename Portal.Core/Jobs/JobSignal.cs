using System.Collections.Concurrent;

namespace Portal.Core.Jobs;

/// <summary>Wakes the runner when a job was queued, and reaches the running one when it is to be cancelled.</summary>
public sealed class JobSignal : IDisposable
{
    private readonly SemaphoreSlim _work = new(0);
    private readonly ConcurrentDictionary<long, CancellationTokenSource> _running = new();

    public void Wake() => _work.Release();

    internal Task WaitAsync(CancellationToken ct) => _work.WaitAsync(ct);

    internal void Cancel(long jobId)
    {
        if (_running.TryGetValue(jobId, out var source)) source.Cancel();
        // A queued job is taken up by the runner, which sees the request and ends it.
        Wake();
    }

    internal void Register(long jobId, CancellationTokenSource source) => _running[jobId] = source;

    internal void Unregister(long jobId) => _running.TryRemove(jobId, out _);

    public void Dispose() => _work.Dispose();
}
