namespace Portal.Features.Health;

public enum MetricsReader
{
    /// <summary>The site owner alone, by key or signed in.</summary>
    Owner,

    /// <summary>Also whoever asks from this machine.</summary>
    Loopback,

    /// <summary>Everybody who reaches the portal.</summary>
    Everybody,
}

/// <summary>Who may read <c>/metrics</c>. Configuration section <c>Metrics</c>.</summary>
public sealed class MetricsOptions
{
    public const string Section = "Metrics";

    /// <summary>
    /// Who needs no key. Behind a reverse proxy on this machine, <c>Loopback</c> needs <c>Network:KnownProxies</c>:
    /// else everybody seems to ask from here.
    /// </summary>
    public MetricsReader Anonymous { get; set; } = MetricsReader.Owner;

    public IEnumerable<string> Errors()
    {
        if (!Enum.IsDefined(Anonymous))
        {
            yield return $"{Section}:{nameof(Anonymous)} is {Anonymous}; it must be "
                + $"{string.Join(", ", Enum.GetNames<MetricsReader>())}.";
        }
    }
}
