using System.Net;

namespace Portal.Core.Engines.Fetch;

/// <summary>
/// The two steps of reaching another machine, apart from each other so that what is checked between them is what is
/// connected to.
/// </summary>
public interface IOutboundNetwork
{
    /// <summary>Every address of a host name, or the address itself of a literal one.</summary>
    Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken ct);

    /// <summary>Opens a TCP connection to exactly this address.</summary>
    Task<Stream> ConnectAsync(IPEndPoint address, CancellationToken ct);
}
