using System.Collections.Concurrent;
using System.Diagnostics;

namespace Portal.Bench;

/// <summary>
/// What the clients of a load saw: how long each kind of request took, when, and what was answered otherwise than it
/// should.
/// </summary>
internal sealed class LoadRecord
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<(TimeSpan At, double Ms)>> _requests = new();
    private readonly ConcurrentDictionary<string, int> _errors = new();
    private readonly long _started = Stopwatch.GetTimestamp();

    /// <summary>How often each error came, by what it was.</summary>
    public IReadOnlyDictionary<string, int> Errors => _errors;

    public IEnumerable<string> Kinds => _requests.Keys.Order(StringComparer.Ordinal);

    public void Took(string kind, TimeSpan time) =>
        _requests.GetOrAdd(kind, _ => new()).Enqueue((Stopwatch.GetElapsedTime(_started), time.TotalMilliseconds));

    public void Failed(string kind, string what) => _errors.AddOrUpdate($"{kind}: {what}", 1, (_, count) => count + 1);

    public int Count(string kind) => _requests.TryGetValue(kind, out var times) ? times.Count : 0;

    /// <summary>
    /// Milliseconds that each request of a kind took, the quickest first; of those that ended between two times after
    /// the start.
    /// </summary>
    public double[] Milliseconds(string kind, TimeSpan from, TimeSpan to) =>
        [.. _requests[kind].Where(r => r.At >= from && r.At < to).Select(r => r.Ms).Order()];

    /// <returns>What the given part of the requests took at most, 0 to 1; by nearest rank.</returns>
    public static double Percentile(double[] sorted, double part) =>
        sorted[Math.Clamp((int)Math.Ceiling(part * sorted.Length) - 1, 0, sorted.Length - 1)];
}
