using System.Diagnostics.Metrics;

namespace Portal.Features.Health;

/// <summary>The numbers of one instrument under one set of tags.</summary>
internal sealed class MetricSeries(IReadOnlyList<double> bounds)
{
    private readonly Lock _gate = new();
    private readonly long[] _buckets = new long[bounds.Count + 1];
    private double _value;
    private long _count;

    /// <param name="Value">A counter's or gauge's value, or the sum of what a histogram measured.</param>
    /// <param name="Buckets">How many were at most each bound, and last how many in all; cumulative.</param>
    public readonly record struct Reading(double Value, long Count, IReadOnlyList<long> Buckets);

    public void Record(Instrument instrument, double value)
    {
        lock (_gate)
        {
            if (MetricNames.IsGauge(instrument))
            {
                _value = value;
                return;
            }
            _value += value;
            if (!MetricNames.IsHistogram(instrument)) return;
            _count++;
            var bucket = 0;
            while (bucket < bounds.Count && value > bounds[bucket]) bucket++;
            _buckets[bucket]++;
        }
    }

    public Reading Read()
    {
        lock (_gate)
        {
            var (cumulative, sum) = (new long[_buckets.Length], 0L);
            for (var i = 0; i < _buckets.Length; i++) cumulative[i] = sum += _buckets[i];
            return new Reading(_value, _count, cumulative);
        }
    }
}
