namespace Portal.Core.Engines.Images;

/// <summary>
/// Bounds the bytes that concurrent decodes hold: a decode waits until its estimate fits, first come first served, so a
/// large one is not starved.
/// </summary>
internal sealed class PixelBudget
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _waiting = [];
    private readonly long _capacity;
    private long _free;

    public PixelBudget(long capacity) => _capacity = _free = capacity;

    /// <summary>
    /// Waits for the bytes; they are given back when the result is disposed. More than the capacity counts as all of
    /// it.
    /// </summary>
    public IDisposable Acquire(long bytes, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(this, Math.Clamp(bytes, 0, _capacity));
        lock (_gate)
        {
            waiter.Place = _waiting.AddLast(waiter);
            AdmitWhatFits();
        }
        try
        {
            waiter.Admitted.Wait(cancellationToken);
            return waiter;
        }
        catch (OperationCanceledException)
        {
            waiter.Dispose();
            throw;
        }
    }

    private void AdmitWhatFits()
    {
        while (_waiting.First is { Value: var next } && next.Bytes <= _free)
        {
            _waiting.RemoveFirst();
            next.Place = null;
            _free -= next.Bytes;
            next.Admitted.Set();
        }
    }

    private void Release(Waiter waiter)
    {
        lock (_gate)
        {
            if (waiter.Place is { } place)
            {
                _waiting.Remove(place);
            }
            else
            {
                _free += waiter.Bytes;
            }

            AdmitWhatFits();
        }
    }

    private sealed class Waiter(PixelBudget budget, long bytes) : IDisposable
    {
        public long Bytes { get; } = bytes;

        public ManualResetEventSlim Admitted { get; } = new();

        /// <summary>Its place in the queue; null once admitted.</summary>
        public LinkedListNode<Waiter>? Place { get; set; }

        public void Dispose()
        {
            budget.Release(this);
            Admitted.Dispose();
        }
    }
}
