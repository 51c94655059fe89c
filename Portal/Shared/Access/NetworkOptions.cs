using System.Net;

namespace Portal.Shared.Access;

/// <summary>What stands between the portal and its readers. Configuration section <c>Network</c>.</summary>
public sealed class NetworkOptions
{
    public const string Section = "Network";

    /// <summary>
    /// Reverse proxies whose word about a client's address and about HTTPS is taken: addresses, or networks such as
    /// <c>10.0.0.0/8</c>. None by default.
    /// </summary>
    public IReadOnlyList<string> KnownProxies { get; set; } = [];

    /// <summary>
    /// The address by which readers reach the portal, such as <c>https://photos.example.org</c>; pages of any other may
    /// send it nothing. By default it is the host that a request names.
    /// </summary>
    public string? PublicAddress { get; set; }

    public IEnumerable<string> Errors()
    {
        foreach (
            var proxy in KnownProxies.Where(proxy =>
                !IPAddress.TryParse(proxy, out _) && !IPNetwork.TryParse(proxy, out _)
            )
        )
        {
            yield return $"{Section}:{nameof(KnownProxies)} holds '{proxy}', which is neither an address nor a "
                + $"network such as 10.0.0.0/8.";
        }

        if (
            PublicAddress is not null
            && !(
                Uri.TryCreate(PublicAddress, UriKind.Absolute, out var address)
                && address.Scheme is "http" or "https"
                && address.PathAndQuery == "/"
            )
        )
        {
            yield return $"{Section}:{nameof(PublicAddress)} is '{PublicAddress}'; it must be an address without a "
                + $"path, such as https://photos.example.org.";
        }
    }
}
