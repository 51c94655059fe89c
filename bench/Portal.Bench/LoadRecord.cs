using System.Collections.Concurrent;

namespace Portal.Bench;

/// <summary>What the clients of a load saw: how long each kind of request took, and what was answered otherwise than it should.</summary>
internal sealed class LoadRecord
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<double>> _milliseconds = new();
    private readonly ConcurrentDictionary<string, int> _errors = new();

    /// <summary>How often each error came, by what it was.</summary>
    public IReadOnlyDictionary<string, int> Errors => _errors;

    public IEnumerable<string> Kinds => _milliseconds.Keys.Order(StringComparer.Ordinal);

    public void Took(string kind, TimeSpan time) => _milliseconds.GetOrAdd(kind, _ => new()).Enqueue(time.TotalMilliseconds);

    public void Failed(string kind, string what) => _errors.AddOrUpdate($"{kind}: {what}", 1, (_, count) => count + 1);

    public int Count(string kind) => _milliseconds.TryGetValue(kind, out var times) ? times.Count : 0;

    /// <returns>Milliseconds that the given parts of the requests took at most, 0 to 1; by nearest rank.</returns>
    public double[] Percentiles(string kind, params double[] parts)
    {
        double[] sorted = [.. _milliseconds[kind].Order()];
        return [.. parts.Select(part => sorted[Math.Clamp((int)Math.Ceiling(part * sorted.Length) - 1, 0, sorted.Length - 1)])];
    }
}
