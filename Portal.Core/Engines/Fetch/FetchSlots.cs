namespace Portal.Core.Engines.Fetch;

/// <summary>
/// Who may fetch when: so many at once in all and from one host, and none from a host that has asked for a rest.
/// </summary>
internal sealed class FetchSlots(FetchOptions options, TimeProvider clock) : IDisposable
{
    private readonly Dictionary<string, Host> _hosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly SemaphoreSlim _all = new(options.MaxConnections);

    /// <summary>Waits for a slot, which ends when the result is disposed.</summary>
    public async Task<IDisposable> EnterAsync(string name, CancellationToken ct)
    {
        var host = Take(name);
        try
        {
            // The host's slot first: whoever waits for a slow host must not keep the others from theirs.
            await host.Slots.WaitAsync(ct);
        }
        catch
        {
            Return(name, host);
            throw;
        }
        try
        {
            while (host.RestUntil - clock.GetUtcNow() is { } rest && rest > TimeSpan.Zero)
            {
                await Task.Delay(rest, clock, ct);
            }

            await _all.WaitAsync(ct);
        }
        catch
        {
            host.Slots.Release();
            Return(name, host);
            throw;
        }
        return new Slot(() =>
        {
            _all.Release();
            host.Slots.Release();
            Return(name, host);
        });
    }

    /// <summary>Nobody fetches from the host for a while. Called by whoever has a slot there.</summary>
    public void Rest(string name, TimeSpan time)
    {
        lock (_hosts)
        {
            var until = clock.GetUtcNow() + time;
            if (_hosts.TryGetValue(name, out var host) && host.RestUntil < until)
            {
                host.RestUntil = until;
            }
        }
    }

    public void Dispose()
    {
        _all.Dispose();
        foreach (var host in _hosts.Values)
        {
            host.Slots.Dispose();
        }
    }

    private Host Take(string name)
    {
        lock (_hosts)
        {
            if (!_hosts.TryGetValue(name, out var host))
            {
                _hosts.Add(name, host = new Host(options.MaxPerHost));
            }

            host.Users++;
            return host;
        }
    }

    // A host that nobody fetches from and that does not rest is forgotten.
    private void Return(string name, Host host)
    {
        lock (_hosts)
        {
            if (--host.Users > 0 || host.RestUntil > clock.GetUtcNow())
            {
                return;
            }

            _hosts.Remove(name);
            host.Slots.Dispose();
        }
    }

    private sealed class Host(int slots)
    {
        public SemaphoreSlim Slots { get; } = new(slots);
        public int Users { get; set; }
        public DateTimeOffset RestUntil { get; set; }
    }

    private sealed class Slot(Action end) : IDisposable
    {
        private Action? _end = end;

        public void Dispose() => Interlocked.Exchange(ref _end, null)?.Invoke();
    }
}
