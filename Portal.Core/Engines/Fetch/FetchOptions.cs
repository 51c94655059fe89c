namespace Portal.Core.Engines.Fetch;

/// <summary>How pictures are fetched from addresses that clients name. Configuration section <c>Fetch</c>.</summary>
public sealed record FetchOptions
{
    public const string Section = "Fetch";

    /// <summary>
    /// Host names or literal addresses that may be reached although they lie inside the network; case is ignored.
    /// </summary>
    public string[] AllowedHosts { get; init; } = [];

    /// <summary>Longest time without a single byte: to connect, to answer, between two reads.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Longest time for one picture, redirects included.</summary>
    public TimeSpan TotalTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Pictures fetched at once.</summary>
    public int MaxConnections { get; init; } = 16;

    /// <summary>Pictures fetched at once from one host.</summary>
    public int MaxPerHost { get; init; } = 4;

    /// <summary>How often an import tries one address where what failed may pass: no answer, a busy host.</summary>
    public int Attempts { get; init; } = 4;

    /// <summary>Longest pause between two of these; a host that asks for more is not asked again.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Every setting that is out of range, one sentence each, naming its key.</summary>
    public IEnumerable<string> Errors()
    {
        if (IdleTimeout <= TimeSpan.Zero || IdleTimeout > TimeSpan.FromMinutes(10))
        {
            yield return $"{Section}:{nameof(IdleTimeout)} is {IdleTimeout}; it must be positive and at most 10 "
                + $"minutes.";
        }

        if (TotalTimeout < IdleTimeout || TotalTimeout > TimeSpan.FromHours(1))
        {
            yield return $"{Section}:{nameof(TotalTimeout)} is {TotalTimeout}; it must be at least "
                + $"{nameof(IdleTimeout)} and at most one hour.";
        }

        if (MaxConnections is < 1 or > 256)
        {
            yield return $"{Section}:{nameof(MaxConnections)} is {MaxConnections}; it must lie between 1 and 256.";
        }

        if (MaxPerHost < 1 || MaxPerHost > MaxConnections)
        {
            yield return $"{Section}:{nameof(MaxPerHost)} is {MaxPerHost}; it must lie between 1 and "
                + $"{nameof(MaxConnections)}.";
        }

        if (Attempts is < 1 or > 20)
        {
            yield return $"{Section}:{nameof(Attempts)} is {Attempts}; it must lie between 1 and 20.";
        }

        if (LongestPause < TimeSpan.Zero || LongestPause > TimeSpan.FromHours(1))
        {
            yield return $"{Section}:{nameof(LongestPause)} is {LongestPause}; it must lie between 0 and one hour.";
        }

        if (AllowedHosts.Any(string.IsNullOrWhiteSpace))
        {
            yield return $"{Section}:{nameof(AllowedHosts)} holds an empty name; remove it.";
        }
    }
}
