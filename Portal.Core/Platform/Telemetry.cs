using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Portal.Core.Platform;

/// <summary>
/// What the portal tells about its own work: instruments of the meter <c>Portal</c> and spans of the activity source
/// <c>Portal</c>. Whoever listens gets them; <c>/metrics</c> listens to the instruments. Durations are in seconds.
/// <c>docs/health.md</c> lists them.
/// </summary>
public static class Telemetry
{
    public const string Name = "Portal";
    public const string InputsProcessedName = "portal.inputs.processed";
    public const string DecodersReplacedName = "portal.decoders.replaced";
    public const string StorageWaitsName = "portal.storage.waits";

    public static readonly ActivitySource Spans = new(Name);

    private static readonly Meter s_meter = new(Name);

    // Decoding a thumbnail takes milliseconds, training minutes; a stage of an input seldom more than ten seconds.
    private static readonly InstrumentAdvice<double> s_stageBuckets = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };
    private static readonly InstrumentAdvice<double> s_jobBuckets = new()
    {
        HistogramBucketBoundaries = [0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600, 14400],
    };

    internal static readonly Counter<long> InputsAccepted = s_meter.CreateCounter<long>(
        "portal.inputs.accepted",
        null,
        "Inputs that were taken in."
    );
    internal static readonly Counter<long> InputsProcessed = s_meter.CreateCounter<long>(
        InputsProcessedName,
        null,
        "Inputs whose work ended, by outcome: success, failed, or lost where somebody else had taken over."
    );
    internal static readonly Gauge<long> InputsWaiting = s_meter.CreateGauge<long>(
        "portal.inputs.waiting",
        null,
        "Inputs that no worker has begun."
    );
    internal static readonly Gauge<long> InputsInProgress = s_meter.CreateGauge<long>(
        "portal.inputs.in_progress",
        null,
        "Inputs that a worker has claimed."
    );
    internal static readonly Gauge<double> InputsOldestWait = s_meter.CreateGauge<double>(
        "portal.inputs.oldest_wait",
        "s",
        "How long ago the first of the waiting inputs was taken in; 0 when none waits."
    );
    internal static readonly Counter<long> JobsFinished = s_meter.CreateCounter<long>(
        "portal.jobs.finished",
        null,
        "Jobs that ended, by kind and outcome."
    );
    internal static readonly Histogram<double> JobDuration = s_meter.CreateHistogram(
        "portal.jobs.duration",
        "s",
        "Time from a job's start to its end, by kind.",
        advice: s_jobBuckets
    );
    internal static readonly Counter<long> Decisions = s_meter.CreateCounter<long>(
        "portal.decisions",
        null,
        "What people decided, by kind."
    );
    internal static readonly Counter<long> DecodersReplaced = s_meter.CreateCounter<long>(
        DecodersReplacedName,
        null,
        "Decoder processes that a picture brought down."
    );
    internal static readonly Counter<long> StorageWaits = s_meter.CreateCounter<long>(
        StorageWaitsName,
        null,
        "Times that work waited because the data directory could not take it: a held database, a full disk."
    );

    internal static readonly Histogram<double> WriteWait = s_meter.CreateHistogram(
        "portal.writes.wait",
        "s",
        "How long a write to the database waited for its turn, by whom: people or background.",
        advice: s_stageBuckets
    );
    internal static readonly Histogram<double> WriteDuration = s_meter.CreateHistogram(
        "portal.writes.duration",
        "s",
        "How long a write to the database took, from its turn to its end on disk, by whom.",
        advice: s_stageBuckets
    );

    private static readonly Histogram<double> s_stageDuration = s_meter.CreateHistogram(
        "portal.ingest.stage.duration",
        "s",
        "Time in each stage of an input's work: decode, embed, run, resolve.",
        advice: s_stageBuckets
    );

    /// <summary>Begins a stage of an input's work, which ends when it is disposed.</summary>
    internal static Stage Begin(string stage) => new(stage, Spans.StartActivity(stage), Stopwatch.GetTimestamp());

    internal readonly struct Stage(string name, Activity? span, long startedAt) : IDisposable
    {
        public void Dispose()
        {
            s_stageDuration.Record(
                Stopwatch.GetElapsedTime(startedAt).TotalSeconds,
                new KeyValuePair<string, object?>("stage", name)
            );
            span?.Dispose();
        }
    }
}
