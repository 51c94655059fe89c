namespace Portal.Features.SignIn;

/// <summary>Where a request comes from.</summary>
internal static class ClientAddress
{
    /// <summary>The network address in words; empty where there is none, as in a process of its own.</summary>
    public static string Of(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address ? (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString() : "";
}
