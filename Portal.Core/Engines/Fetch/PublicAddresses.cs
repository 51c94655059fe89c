using System.Net;
using System.Net.Sockets;

namespace Portal.Core.Engines.Fetch;

/// <summary>
/// Which addresses lie on the public internet, by IANA's special-purpose address registries (RFC 6890 and its
/// successors).
/// </summary>
public static class PublicAddresses
{
    private static readonly IPNetwork[] SpecialV4 = Parse(
        "0.0.0.0/8", // this network, unspecified
        "10.0.0.0/8", // private
        "100.64.0.0/10", // carrier-grade NAT
        "127.0.0.0/8", // loopback
        "169.254.0.0/16", // link-local, cloud metadata
        "172.16.0.0/12", // private
        "192.0.0.0/24", // protocol assignments
        "192.0.2.0/24", // documentation
        "192.88.99.0/24", // 6to4 relays
        "192.168.0.0/16", // private
        "198.18.0.0/15", // benchmarking
        "198.51.100.0/24", // documentation
        "203.0.113.0/24", // documentation
        "224.0.0.0/4", // multicast
        "240.0.0.0/4"
    ); // reserved, broadcast

    // Global unicast is 2000::/3. Everything outside it is refused with that: loopback, unspecified, IPv4-mapped and
    // IPv4-compatible, NAT64, discard, unique-local, link-local, site-local, multicast.
    private static readonly IPNetwork GlobalV6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] SpecialV6 = Parse(
        "2001::/23", // protocol assignments, with Teredo, which carries an IPv4 address
        "2001:db8::/32", // documentation
        "2002::/16", // 6to4, which carries an IPv4 address
        "3fff::/20"
    ); // documentation

    public static bool Contains(IPAddress address) =>
        address.AddressFamily switch
        {
            AddressFamily.InterNetwork => !Array.Exists(SpecialV4, network => network.Contains(address)),
            AddressFamily.InterNetworkV6 => GlobalV6.Contains(address)
                && !Array.Exists(SpecialV6, network => network.Contains(address)),
            _ => false,
        };

    private static IPNetwork[] Parse(params string[] networks) => Array.ConvertAll(networks, IPNetwork.Parse);
}
