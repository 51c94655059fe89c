namespace Portal.Core.Services.Inputs;

/// <summary>How accepted inputs are worked off. Configuration section <c>Ingest</c>.</summary>
public sealed record IngestOptions
{
    public const string Section = "Ingest";

    /// <summary>
    /// Workers, each on one thread; 0 means one more than there are processors, so that one may wait for the disk.
    /// </summary>
    public int Workers { get; init; }

    /// <summary>Inputs a worker claims at once.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>How long a claim is good for: more than a whole batch of the slowest pictures takes.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Claims after which an input that never came to an end is set aside.</summary>
    public int MaxAttempts { get; init; } = 3;

    public int WorkerCount => Workers > 0 ? Workers : Environment.ProcessorCount + 1;

    /// <summary>Every setting that is out of range, one sentence each, naming its key.</summary>
    public IEnumerable<string> Errors()
    {
        if (Workers is < 0 or > 256)
        {
            yield return $"{Section}:{nameof(Workers)} is {Workers}; it must lie between 0 (automatic) and 256.";
        }

        if (BatchSize is < 1 or > 1000)
        {
            yield return $"{Section}:{nameof(BatchSize)} is {BatchSize}; it must lie between 1 and 1000.";
        }

        if (MaxAttempts is < 1 or > 100)
        {
            yield return $"{Section}:{nameof(MaxAttempts)} is {MaxAttempts}; it must lie between 1 and 100.";
        }

        if (Lease < TimeSpan.FromSeconds(10))
        {
            yield return $"{Section}:{nameof(Lease)} is {Lease}; it must be at least 10 seconds.";
        }
    }
}
