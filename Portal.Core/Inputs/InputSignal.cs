namespace Portal.Core.Inputs;

/// <summary>Wakes the workers when an input was accepted.</summary>
public sealed class InputSignal : IDisposable
{
    private readonly SemaphoreSlim _work = new(0);

    public void Wake() => _work.Release();

    /// <summary>Returns when woken, or after <paramref name="timeout"/>, which bounds how late an expired lease is noticed.</summary>
    internal Task WaitAsync(TimeSpan timeout, CancellationToken ct) => _work.WaitAsync(timeout, ct);

    public void Dispose() => _work.Dispose();
}
