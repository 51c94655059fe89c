using System.Net;

namespace Portal.Shared.Hosting;

/// <summary>What stands between the portal and its readers. Configuration section <c>Network</c>.</summary>
public sealed class NetworkOptions
{
    public const string Section = "Network";

    /// <summary>Reverse proxies whose word about a client's address and about HTTPS is taken: addresses, or networks such as <c>10.0.0.0/8</c>. None by default.</summary>
    public IReadOnlyList<string> KnownProxies { get; set; } = [];

    public IEnumerable<string> Errors() => KnownProxies.Where(proxy => !IPAddress.TryParse(proxy, out _) && !IPNetwork.TryParse(proxy, out _))
        .Select(proxy => $"{Section}:{nameof(KnownProxies)} holds '{proxy}', which is neither an address nor a network such as 10.0.0.0/8.");
}
