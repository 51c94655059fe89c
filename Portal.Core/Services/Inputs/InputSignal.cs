namespace Portal.Core.Services.Inputs;

/// <summary>
/// Wakes a worker when there may be work. A worker that found some wakes the next, so one wake-up kept in store is
/// enough.
/// </summary>
public sealed class InputSignal : IDisposable
{
    private readonly SemaphoreSlim _work = new(0);

    public void Wake()
    {
        if (_work.CurrentCount == 0)
        {
            _work.Release();
        }
    }

    /// <summary>
    /// Returns when woken, or after <paramref name="timeout"/>, which bounds how late an expired lease is noticed.
    /// </summary>
    internal Task WaitAsync(TimeSpan timeout, CancellationToken ct) => _work.WaitAsync(timeout, ct);

    public void Dispose() => _work.Dispose();
}
