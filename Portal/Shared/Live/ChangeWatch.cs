using Portal.Core.Data;

namespace Portal.Shared.Live;

/// <summary>
/// Runs a refresh when something of an app changed: one for all the changes of a pause, so that an upload of thousands
/// does not keep the database busy with counting.
/// </summary>
public sealed class ChangeWatch : IDisposable
{
    private readonly Func<Task> _refresh;
    private readonly Func<Change, bool> _concerns;
    private readonly Func<Exception, Task> _onError;
    private readonly TimeSpan _pause;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stop = new();
    private readonly IDisposable _subscription;
    private int _pending;

    /// <param name="concerns">Which changes matter. Called on the publisher's thread.</param>
    /// <param name="refresh">Runs on a pool thread: a component wraps it in <c>InvokeAsync</c>.</param>
    /// <param name="onError">Gets what the refresh throws; in a component, <c>DispatchExceptionAsync</c>.</param>
    /// <param name="pause">Time between a change and its refresh, and the least between two.</param>
    public ChangeWatch(
        ChangeFeed feed,
        Func<Change, bool> concerns,
        Func<Task> refresh,
        Func<Exception, Task> onError,
        TimeSpan pause,
        TimeProvider? clock = null
    )
    {
        _concerns = concerns;
        _refresh = refresh;
        _onError = onError;
        _pause = pause;
        _clock = clock ?? TimeProvider.System;
        _subscription = feed.Subscribe(Hear);
    }

    public void Dispose()
    {
        _subscription.Dispose();
        _stop.Cancel();
        _stop.Dispose();
    }

    private void Hear(Change change)
    {
        if (_concerns(change) && Interlocked.Exchange(ref _pending, 1) == 0)
        {
            _ = Task.Run(RefreshSoonAsync);
        }
    }

    private async Task RefreshSoonAsync()
    {
        try
        {
            await Task.Delay(_pause, _clock, _stop.Token);
            Interlocked.Exchange(ref _pending, 0);
            await _refresh();
        }
        catch (OperationCanceledException)
        {
            // The page was left.
        }
        catch (ObjectDisposedException)
        {
            // The page was left while the change was on its way.
        }
        catch (Exception e)
        {
            await _onError(e);
        }
    }
}
