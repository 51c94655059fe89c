using System.Net;
using System.Net.Sockets;
using Portal.Core.Engines.Fetch;

namespace Portal.Tests.Support;

/// <summary>
/// A network whose names a test makes up. Every connection is written down, and led to one server on loopback whatever
/// its address.
/// </summary>
public sealed class FakeNetwork(int port) : IOutboundNetwork
{
    private readonly Dictionary<string, Queue<IPAddress[]>> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<IPEndPoint> _connected = [];

    public IReadOnlyList<IPEndPoint> Connected => _connected;

    /// <summary>What a name resolves to, one answer a time; the last one stays.</summary>
    public FakeNetwork With(string host, params string[][] answers)
    {
        _names[host] = new Queue<IPAddress[]>(answers.Select(answer => Array.ConvertAll(answer, IPAddress.Parse)));
        return this;
    }

    public Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken ct)
    {
        if (!_names.TryGetValue(host, out var answers))
        {
            return IPAddress.TryParse(host, out var literal)
                ? Task.FromResult<IReadOnlyList<IPAddress>>([literal])
                : throw new SocketException((int)SocketError.HostNotFound);
        }

        return Task.FromResult<IReadOnlyList<IPAddress>>(answers.Count > 1 ? answers.Dequeue() : answers.Peek());
    }

    public async Task<Stream> ConnectAsync(IPEndPoint address, CancellationToken ct)
    {
        _connected.Add(address);
        return await new OutboundNetwork().ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), ct);
    }
}
