using System.Diagnostics.Metrics;
using Portal.Core.Platform;

namespace Portal.Features.Jobs;

/// <summary>Inputs whose work ended within one half a minute.</summary>
public readonly record struct PaceSlot(int Done, int Failed);

/// <summary>How often something has happened since the portal was started, and when last.</summary>
public readonly record struct Happened(long Count, DateTime? Last);

/// <summary>
/// How fast inputs were worked off lately, over all apps, and what work had to wait for. Kept in memory, from the start
/// of the process.
/// </summary>
public sealed class WorkPace : IHostedService, IDisposable
{
    public static readonly TimeSpan Slot = TimeSpan.FromSeconds(30);
    public const int Slots = 60;
    private static readonly TimeSpan RateOver = TimeSpan.FromMinutes(2);

    private readonly Lock _gate = new();
    private readonly MeterListener _listener = new();
    private readonly TimeProvider _clock;
    private readonly DateTime _startedAt;

    /// <summary>By number of the slot since 1970; only the last <see cref="Slots"/>.</summary>
    private readonly SortedDictionary<long, PaceSlot> _slots = [];
    private Happened _storageWaits;
    private Happened _decodersReplaced;

    public WorkPace(TimeProvider clock)
    {
        _clock = clock;
        _startedAt = Now;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == Telemetry.Name && instrument is Counter<long>)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>(
            (instrument, count, tags, _) =>
                Hear(instrument.Name, (int)count, tags.IsEmpty ? null : tags[0].Value as string)
        );
    }

    /// <summary>Work that waited for the data directory: a held database, a full disk.</summary>
    public Happened StorageWaits
    {
        get
        {
            lock (_gate)
            {
                return _storageWaits;
            }
        }
    }

    /// <summary>Decoder processes that a picture brought down.</summary>
    public Happened DecodersReplaced
    {
        get
        {
            lock (_gate)
            {
                return _decodersReplaced;
            }
        }
    }

    /// <returns>The last half hour in slots, the oldest first; the last one is not over.</returns>
    public IReadOnlyList<PaceSlot> Recent()
    {
        var newest = NumberOf(Now);
        lock (_gate)
        {
            return [.. Enumerable.Range(0, Slots).Select(i => _slots.GetValueOrDefault(newest - Slots + 1 + i))];
        }
    }

    /// <returns>Inputs a second whose work ended in the last two minutes, or since the portal was started.</returns>
    public double PerSecond()
    {
        var now = Now;
        var first = NumberOf(now - RateOver);
        var begun = DateTime.UnixEpoch + (first * Slot);
        var seconds = Math.Max(1, (now - (begun > _startedAt ? begun : _startedAt)).TotalSeconds);
        lock (_gate)
        {
            return _slots.Where(slot => slot.Key >= first).Sum(slot => slot.Value.Done + slot.Value.Failed) / seconds;
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _listener.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _listener.Dispose();

    private void Hear(string instrument, int count, string? outcome)
    {
        var now = Now;
        lock (_gate)
        {
            if (instrument == Telemetry.StorageWaitsName)
            {
                _storageWaits = new Happened(_storageWaits.Count + count, now);
            }
            else if (instrument == Telemetry.DecodersReplacedName)
            {
                _decodersReplaced = new Happened(_decodersReplaced.Count + count, now);
            }
            else if (instrument == Telemetry.InputsProcessedName && outcome is "success" or "failed")
            {
                Add(NumberOf(now), outcome == "success" ? count : 0, outcome == "failed" ? count : 0);
            }
        }
    }

    private void Add(long number, int done, int failed)
    {
        var slot = _slots.GetValueOrDefault(number);
        _slots[number] = new PaceSlot(slot.Done + done, slot.Failed + failed);
        foreach (var old in _slots.Keys.TakeWhile(key => key <= number - Slots).ToList())
        {
            _slots.Remove(old);
        }
    }

    private static long NumberOf(DateTime time) => (time - DateTime.UnixEpoch).Ticks / Slot.Ticks;

    private DateTime Now => _clock.GetUtcNow().UtcDateTime;
}
