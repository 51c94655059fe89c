using System.Net;
using System.Net.Sockets;

namespace Portal.Shared.Identity;

/// <summary>Where a request comes from.</summary>
internal static class ClientAddress
{
    /// <summary>The network address in words; empty where there is none, as in a process of its own.</summary>
    public static string Of(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address ? Plain(address).ToString() : "";

    /// <summary>
    /// What one client can be expected to have: an IPv4 address, or the 64 bits of an IPv6 address that name its
    /// network.
    /// </summary>
    public static string Network(HttpContext context) =>
        context.Connection.RemoteIpAddress is not { } address ? ""
        : Plain(address) is { AddressFamily: AddressFamily.InterNetworkV6 } six
            ? Convert.ToHexString(six.GetAddressBytes().AsSpan(0, 8))
        : Plain(address).ToString();

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
