using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Portal.Core.Health;

namespace Portal.Features.Health;

/// <summary>Adds up what the portal's and ASP.NET's instruments measure, from the start of the process, and says it in Prometheus' text format 0.0.4.</summary>
internal sealed class MetricStore : IHostedService, IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Sets of tags an instrument may have; more would be a leak, and are left out.</summary>
    private const int MostSeries = 2000;

    private static readonly double[] DefaultBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private static readonly string[] Others = ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.RateLimiting"];

    private readonly ConcurrentDictionary<Instrument, ConcurrentDictionary<string, MetricSeries>> _instruments = new();
    private readonly MeterListener _listener = new();
    private readonly IMeterFactory _meters;

    public MetricStore(IMeterFactory meters)
    {
        _meters = meters;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (!IsWanted(instrument.Meter) || instrument.IsObservable) return;
            _instruments.TryAdd(instrument, new ConcurrentDictionary<string, MetricSeries>(StringComparer.Ordinal));
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value, tags));
    }

    /// <summary>From here on it listens.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _listener.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public string Write()
    {
        var text = new StringBuilder();
        foreach (var (instrument, all) in _instruments.OrderBy(pair => MetricNames.Of(pair.Key), StringComparer.Ordinal))
        {
            var name = MetricNames.Of(instrument);
            if (instrument.Description is { Length: > 0 } description) text.Append("# HELP ").Append(name).Append(' ').Append(description.Replace("\\", "\\\\", StringComparison.Ordinal).ReplaceLineEndings(" ")).Append('\n');
            text.Append("# TYPE ").Append(name).Append(' ').Append(MetricNames.Type(instrument)).Append('\n');
            foreach (var (labels, series) in all.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                if (MetricNames.IsHistogram(instrument)) WriteHistogram(text, name, labels, Bounds(instrument), series.Read());
                else Line(text, name, labels, series.Read().Value);
            }
        }
        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    /// <summary>ASP.NET's meters are made for each host; another host's in the same process are not this portal's.</summary>
    private bool IsWanted(Meter meter) => meter.Name == Telemetry.Name || (Others.Contains(meter.Name) && meter.Scope == _meters);

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!_instruments.TryGetValue(instrument, out var all)) return;
        var labels = MetricNames.Labels(tags);
        if (!all.TryGetValue(labels, out var series))
        {
            if (all.Count >= MostSeries) return;
            series = all.GetOrAdd(labels, _ => new MetricSeries(Bounds(instrument)));
        }
        series.Record(instrument, value);
    }

    private static IReadOnlyList<double> Bounds(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => bounds,
        _ => MetricNames.IsHistogram(instrument) ? DefaultBounds : [],
    };

    private static void WriteHistogram(StringBuilder text, string name, string labels, IReadOnlyList<double> bounds, MetricSeries.Reading reading)
    {
        for (var i = 0; i < reading.Buckets.Count; i++)
        {
            var bound = i < bounds.Count ? bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
            Line(text, name + "_bucket", (labels.Length > 0 ? labels + "," : "") + $"le=\"{bound}\"", reading.Buckets[i]);
        }
        Line(text, name + "_sum", labels, reading.Value);
        Line(text, name + "_count", labels, reading.Count);
    }

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0) text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }
}
