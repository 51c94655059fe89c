using System.Net;
using System.Net.Sockets;
using System.Text;
using Portal.Tests.Support;

namespace Portal.Tests.Limits;

/// <summary>Clients that hold on to the portal, on the loopback address.</summary>
public sealed class SlowClientTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ")]
    [InlineData(
        "POST /sign-in/password HTTP/1.1\r\nHost: x\r\nContent-Type: "
            + "application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nu"
    )]
    public async Task Clients_that_send_nothing_more_are_cut_off_while_others_are_served(string beginning)
    {
        await using var portal = await PortalFixture.StartAsync(("Limits:HeaderSeconds", "1"));
        var slow = new List<TcpClient>();
        for (var i = 0; i < 50; i++)
        {
            slow.Add(await OpenAsync(portal, beginning));
        }

        Assert.Equal("ok", await portal.Client.GetStringAsync("/healthz", TestContext.Current.CancellationToken));

        foreach (var client in slow)
        {
            Assert.True(await IsCutOffAsync(client));
            client.Dispose();
        }
    }

    [Fact]
    public async Task Connections_have_a_limit()
    {
        await using var portal = await PortalFixture.StartAsync(("Limits:Connections", "5"));
        var held = new List<TcpClient>();
        for (var i = 0; i < 5; i++)
        {
            held.Add(await OpenAsync(portal, "GET /healthz HTTP/1.1\r\n"));
        }

        using var last = await OpenAsync(portal, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");

        Assert.Equal("", await ReadAsync(last));
        held.ForEach(client => client.Dispose());
    }

    private static async Task<TcpClient> OpenAsync(PortalFixture portal, string text)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, portal.BaseAddress.Port, TestContext.Current.CancellationToken);
        try
        {
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text), TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // Refused before it could say anything, which is read as an end as well.
        }
        return client;
    }

    private static async Task<bool> IsCutOffAsync(TcpClient client) =>
        await ReadAsync(client) is "" or ['H', 'T', 'T', 'P', ..];

    /// <summary>What comes until the other side closes.</summary>
    private static async Task<string> ReadAsync(TcpClient client)
    {
        try
        {
            using var reader = new StreamReader(client.GetStream());
            return await reader
                .ReadToEndAsync(TestContext.Current.CancellationToken)
                .WaitAsync(Patience, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            return "";
        }
    }
}
