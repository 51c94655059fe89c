using Portal.Core.Domain.Errors;

namespace Portal.Core.Engines.Fetch;

/// <summary>The time one fetch has: in all, and for each step.</summary>
internal sealed class FetchTime : IDisposable
{
    private readonly FetchOptions _options;
    private readonly TimeProvider _clock;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _deadline;
    private readonly CancellationTokenSource _total;

    public FetchTime(FetchOptions options, TimeProvider clock, CancellationToken caller)
    {
        (_options, _clock, _caller) = (options, clock, caller);
        _deadline = new CancellationTokenSource(options.TotalTimeout, clock);
        _total = CancellationTokenSource.CreateLinkedTokenSource(caller, _deadline.Token);
    }

    public CancellationToken Total => _total.Token;

    /// <summary>Runs one step within the idle time and what is left of the whole.</summary>
    /// <exception cref="PortalException"><see cref="StatusCode.ConnectionFailed"/> when the time is over.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> step, string host)
    {
        using var idle = new CancellationTokenSource(_options.IdleTimeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_total.Token, idle.Token);
        try
        {
            return await step(either.Token);
        }
        catch (OperationCanceledException e) when (!_caller.IsCancellationRequested)
        {
            throw new FetchException(
                $"'{Text.Shown(host)}' did not send the picture in time. Try again later, or upload the file itself.",
                inner: e
            );
        }
    }

    public void Dispose()
    {
        _total.Dispose();
        _deadline.Dispose();
    }
}
