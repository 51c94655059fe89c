using Microsoft.Data.Sqlite;

namespace Portal.Core.Data.Sqlite;

/// <summary>
/// Who writes to the database next. It takes one writer at a time; left to itself, each of the others would hold a
/// thread, sleep, and look again by chance. Here they wait in order and hold nothing, and people's requests go before
/// background work, of which each tenth slot is for certain.
/// </summary>
internal sealed class WriteQueue
{
    private const int SqliteBusy = 5;
    private const int PeopleInARow = 9;
    private static readonly AsyncLocal<bool> s_isBackground = new();
    private readonly Lock _gate = new();
    private readonly Queue<TaskCompletionSource> _people = new();
    private readonly Queue<TaskCompletionSource> _background = new();
    private bool _isTaken;
    private int _inARow;

    /// <summary>Whether this flow of work lets people's requests go first.</summary>
    public static bool IsBackground => s_isBackground.Value;

    /// <summary>What follows in this flow of work lets people's requests go first.</summary>
    public static void LetOthersFirst() => s_isBackground.Value = true;

    /// <summary>Waits for the right to write, which <see cref="Release"/> gives back.</summary>
    /// <exception cref="SqliteException">Busy: it did not come in time.</exception>
    public async Task TakeAsync(TimeSpan limit, CancellationToken ct)
    {
        TaskCompletionSource slot;
        lock (_gate)
        {
            if (!_isTaken)
            {
                _isTaken = true;
                return;
            }
            slot = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            (IsBackground ? _background : _people).Enqueue(slot);
        }
        try
        {
            await slot.Task.WaitAsync(limit, ct);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // The slot may have come at this very moment.
            if (!slot.TrySetCanceled(CancellationToken.None))
            {
                Release();
            }

            if (e is TimeoutException)
            {
                throw new SqliteException("database is locked", SqliteBusy);
            }

            throw;
        }
    }

    public void Release()
    {
        lock (_gate)
        {
            while (Next() is { } slot)
            {
                if (slot.TrySetResult())
                {
                    return;
                }
            }
            _isTaken = false;
        }
    }

    private TaskCompletionSource? Next()
    {
        if (_background.Count > 0 && (_people.Count == 0 || _inARow >= PeopleInARow))
        {
            _inARow = 0;
            return _background.Dequeue();
        }
        _inARow++;
        return _people.TryDequeue(out var next) ? next : null;
    }
}
