using System.Net;
using System.Net.WebSockets;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Users;
using Portal.Tests.Support;

namespace Portal.Tests.SignIn;

/// <summary>
/// What a page of another origin gets with a signed-in browser's cookie: nothing. A sibling host and another port are
/// other origins.
/// </summary>
public sealed class OriginTests
{
    private const string Negotiation = "/_blazor/negotiate?negotiateVersion=1";
    private const string Api = "/v2/no-such-thing";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("own", null, true)]
    [InlineData("own, by HTTPS", null, true)]
    [InlineData(null, null, true)]
    [InlineData(null, "same-origin", true)]
    [InlineData(null, "cross-site", false)]
    [InlineData("", null, false)]
    [InlineData("null", null, false)]
    [InlineData("http://127.0.0.1:1", null, false)]
    [InlineData("http://127.0.0.1", null, false)]
    [InlineData("http://evil.example", null, false)]
    [InlineData("not an address", null, false)]
    public async Task Calls_of_pages_and_changes_by_cookie_are_taken_from_the_portals_own_origin(
        string? origin,
        string? site,
        bool isTaken
    )
    {
        await using var portal = await PortalFixture.StartAsync();
        using var browser = await SignedInAsync(portal, new CookieContainer());
        var own = portal.BaseAddress.GetLeftPart(UriPartial.Authority);
        var said = origin switch
        {
            "own" => own,
            "own, by HTTPS" => own.Replace("http:", "https:", StringComparison.Ordinal),
            _ => origin,
        };
        if (said is not null)
        {
            browser.DefaultRequestHeaders.TryAddWithoutValidation("Origin", said);
        }

        if (site is not null)
        {
            browser.DefaultRequestHeaders.Add("Sec-Fetch-Site", site);
        }

        browser.DefaultRequestHeaders.Add("X-Requested-With", "portal");

        using var negotiation = await browser.PostAsync(Negotiation, null, Ct);
        using var change = await browser.PostAsync(Api, null, Ct);
        using var signOut = await browser.PostAsync("/sign-out", null, Ct);

        Assert.Equal(isTaken ? HttpStatusCode.OK : HttpStatusCode.Forbidden, negotiation.StatusCode);
        Assert.Equal(!isTaken, change.StatusCode == HttpStatusCode.Forbidden);
        Assert.Equal(!isTaken, signOut.StatusCode == HttpStatusCode.Forbidden);
        if (!isTaken)
        {
            Assert.Contains(
                "comes from a page of another site",
                await negotiation.Content.ReadAsStringAsync(Ct),
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public async Task A_socket_opened_by_another_origin_is_refused()
    {
        await using var portal = await PortalFixture.StartAsync();
        var cookies = new CookieContainer();
        (await SignedInAsync(portal, cookies)).Dispose();
        var hub = new UriBuilder(portal.BaseAddress) { Scheme = "ws", Path = "/_blazor" }.Uri;

        using var own = Socket(portal.BaseAddress.GetLeftPart(UriPartial.Authority));
        using var other = Socket("http://127.0.0.1:1");
        await own.ConnectAsync(hub, Ct);
        await Assert.ThrowsAsync<WebSocketException>(() => other.ConnectAsync(hub, Ct));

        Assert.Equal(WebSocketState.Open, own.State);
        Assert.Equal(HttpStatusCode.Forbidden, other.HttpStatusCode);

        ClientWebSocket Socket(string origin)
        {
            var socket = new ClientWebSocket();
            socket.Options.Cookies = cookies;
            socket.Options.CollectHttpResponseDetails = true;
            socket.Options.SetRequestHeader("Origin", origin);
            return socket;
        }
    }

    [Fact]
    public async Task A_program_with_a_key_may_say_any_origin()
    {
        await using var portal = await PortalFixture.StartAsync();
        using var program = portal.ClientWith(portal.Key);
        program.DefaultRequestHeaders.Add("Origin", "http://evil.example");

        using var answer = await program.PostAsync(Api, null, Ct);

        Assert.NotEqual(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Theory]
    [InlineData("Network:PublicAddress", "https://photos.example.org", null, "https://photos.example.org", true)]
    [InlineData(
        "Network:PublicAddress",
        "https://photos.example.org:8443",
        null,
        "https://photos.example.org:8443",
        true
    )]
    [InlineData("Network:PublicAddress", "https://photos.example.org", null, "https://photos.example.org:8443", false)]
    [InlineData("Network:PublicAddress", "https://photos.example.org", null, "own", false)]
    [InlineData("Network:KnownProxies:0", "127.0.0.1", "photos.example.org", "https://photos.example.org", true)]
    [InlineData("Network:KnownProxies:0", "127.0.0.1", "photos.example.org", "own", false)]
    [InlineData("Network:KnownProxies:0", "127.0.0.1", "[2001:db8::1]:8443", "https://[2001:db8::1]:8443", true)]
    [InlineData("Network:KnownProxies:0", "127.0.0.1", "[2001:db8::1]", "https://[2001:db8::1]", true)]
    [InlineData("Network:KnownProxies:0", "10.1.2.3", "photos.example.org", "https://photos.example.org", false)]
    public async Task Behind_a_proxy_the_own_origin_is_the_one_that_readers_use(
        string setting,
        string value,
        string? forwardedHost,
        string origin,
        bool isTaken
    )
    {
        await using var portal = await PortalFixture.StartAsync((setting, value));
        using var browser = await SignedInAsync(portal, new CookieContainer());
        browser.DefaultRequestHeaders.Add(
            "Origin",
            origin == "own" ? portal.BaseAddress.GetLeftPart(UriPartial.Authority) : origin
        );
        if (forwardedHost is not null)
        {
            browser.DefaultRequestHeaders.Add("X-Forwarded-Host", forwardedHost);
        }

        using var negotiation = await browser.PostAsync(Negotiation, null, Ct);

        Assert.Equal(isTaken ? HttpStatusCode.OK : HttpStatusCode.Forbidden, negotiation.StatusCode);
    }

    [Fact]
    public async Task A_public_address_with_a_path_is_refused_at_start()
    {
        var refusal = await Assert.ThrowsAnyAsync<Exception>(() =>
            PortalFixture.StartAsync(("Network:PublicAddress", "https://example.org/portal"))
        );

        Assert.Contains(
            "Network:PublicAddress is 'https://example.org/portal'",
            refusal.Message,
            StringComparison.Ordinal
        );
    }

    private static async Task<HttpClient> SignedInAsync(PortalFixture portal, CookieContainer cookies)
    {
        var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = cookies })
        {
            BaseAddress = portal.BaseAddress,
        };
        var owner = await portal.Get<UserService>().EnsureAsync(PortalFixture.OwnerId, Ct);
        using var answer = await browser.LinkAsync(
            await portal.Get<AccessService>().CreateSignInTokenAsync(owner.Id, Ct)
        );
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return browser;
    }
}
