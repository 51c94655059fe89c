using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Core.Domain.Errors;
using Portal.Core.Engines.Fetch;
using Portal.Core.Engines.Images;
using Portal.Tests.Support;

namespace Portal.Tests.Inputs;

/// <summary>
/// The guard against requests into the portal's own network, against a real server behind a network of the test's
/// making.
/// </summary>
public sealed class GuardedImageClientTests : IAsyncLifetime
{
    private const string PublicAddress = "93.184.215.14";
    private static readonly byte[] Picture = Drawings.Red(1);
    private readonly WebApplication _server;
    private readonly TaskCompletionSource _stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FakeNetwork _network = null!;

    public GuardedImageClientTests()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        _server = builder.Build();
        _server.MapGet("/picture", () => Results.Bytes(Picture, "text/plain"));
        _server.MapGet(
            "/large",
            async (HttpContext context) =>
            {
                var block = new byte[64 * 1024];
                while (!context.RequestAborted.IsCancellationRequested)
                {
                    await context.Response.Body.WriteAsync(block, context.RequestAborted);
                }
            }
        );
        _server.MapGet(
            "/stall",
            async (HttpContext context) =>
            {
                await context.Response.Body.WriteAsync(Picture.AsMemory(0, 10), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                using var _ = context.RequestAborted.Register(() => _stalled.TrySetResult());
                await _stalled.Task;
            }
        );
        _server.MapGet("/secret", () => Results.Text("the secret of the other side", statusCode: 403));
        _server.MapGet("/to", (string target) => Results.Redirect(target));
        _server.MapGet("/round", () => Results.Redirect("/round"));
    }

    public async ValueTask InitializeAsync()
    {
        await _server.StartAsync();
        _network = new FakeNetwork(new Uri(_server.Urls.First()).Port).With("pictures.test", [PublicAddress]);
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_picture_at_a_public_address_arrives_whole_whatever_its_content_type() =>
        Assert.Equal(Picture, await FetchAsync("http://pictures.test/picture"));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.9.10")]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("100.64.0.1")]
    [InlineData("100.127.255.255")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.8")]
    [InlineData("192.0.2.1")]
    [InlineData("192.88.99.1")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("198.51.100.7")]
    [InlineData("203.0.113.9")]
    [InlineData("224.0.0.1")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:93.184.215.14")]
    [InlineData("::7f00:1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b:1::a00:1")]
    [InlineData("100::1")]
    [InlineData("2001::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::1")]
    [InlineData("3fff::1")]
    [InlineData("5f00::1")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456::1")]
    [InlineData("fe80::1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public async Task An_address_inside_is_refused_before_any_connection(string address)
    {
        _network.With("inward.test", [address]);
        var literal = address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address;

        foreach (var url in new[] { "http://inward.test/picture", $"http://{literal}/picture" })
        {
            Assert.Equal(StatusCode.InputInvalidUrl, (await RefusedAsync(url)).Code);
        }

        Assert.Empty(_network.Connected);
    }

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("100.128.0.1")]
    [InlineData("172.32.0.1")]
    [InlineData("2606:4700::1111")]
    public async Task An_address_outside_is_connected_to(string address)
    {
        _network.With("outward.test", [address]);
        await FetchAsync("http://outward.test/picture");
        Assert.Equal(address, Assert.Single(_network.Connected).Address.ToString());
    }

    [Theory]
    [InlineData("http://2130706433/picture")]
    [InlineData("http://0x7f.1/picture")]
    [InlineData("http://127.1/picture")]
    [InlineData("http://localhost/picture")]
    public async Task Other_spellings_of_loopback_are_refused(string url)
    {
        _network.With("localhost", ["::1", "127.0.0.1"]);
        Assert.Equal(StatusCode.InputInvalidUrl, (await RefusedAsync(url)).Code);
        Assert.Empty(_network.Connected);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://pictures.test/")]
    [InlineData("ftp://pictures.test/picture")]
    [InlineData("data:image/png;base64,AAAA")]
    [InlineData("//pictures.test/picture")]
    [InlineData("picture.png")]
    [InlineData("http://user:secret@pictures.test/picture")]
    public async Task Other_schemes_and_credentials_are_refused(string url)
    {
        Assert.Equal(StatusCode.InputInvalidUrl, (await RefusedAsync(url)).Code);
        Assert.Empty(_network.Connected);
    }

    [Fact]
    public async Task A_host_with_one_inward_address_among_public_ones_is_refused()
    {
        _network.With("mixed.test", [PublicAddress, "10.0.0.1"]);
        await RefusedAsync("http://mixed.test/picture");
        Assert.Empty(_network.Connected);
    }

    [Fact]
    public async Task A_redirect_inwards_is_refused_after_the_public_hop_alone()
    {
        await RefusedAsync("http://pictures.test/to?target=http%3A%2F%2F169.254.169.254%2Flatest");
        Assert.Equal(PublicAddress, Assert.Single(_network.Connected).Address.ToString());
    }

    [Fact]
    public async Task A_redirect_to_another_public_host_is_followed()
    {
        _network.With("other.test", ["1.1.1.1"]);
        Assert.Equal(Picture, await FetchAsync("http://pictures.test/to?target=http%3A%2F%2Fother.test%2Fpicture"));
    }

    [Fact]
    public async Task A_redirect_to_another_scheme_is_refused() =>
        Assert.Equal(
            StatusCode.InputInvalidUrl,
            (await RefusedAsync("http://pictures.test/to?target=file%3A%2F%2F%2Fetc%2Fpasswd")).Code
        );

    [Theory]
    [InlineData("http%3A%2F%2Fother.test%3A99999%2Fpicture")]
    [InlineData("%2F%2F%5Bbad")]
    [InlineData("http%3A%2F%2F")]
    public async Task A_redirect_to_no_address_is_refused(string target) =>
        Assert.Equal(StatusCode.InputInvalidUrl, (await RefusedAsync($"http://pictures.test/to?target={target}")).Code);

    [Fact]
    public async Task Redirects_end()
    {
        Assert.Equal(StatusCode.InputInvalidUrl, (await RefusedAsync("http://pictures.test/round")).Code);
        Assert.Equal(6, _network.Connected.Count);
    }

    [Fact]
    public async Task A_name_that_turns_inwards_between_two_requests_is_refused()
    {
        _network.With("turning.test", [PublicAddress], ["127.0.0.1"]);
        await RefusedAsync("http://turning.test/to?target=http%3A%2F%2Fturning.test%2Fpicture");
        Assert.Equal(PublicAddress, Assert.Single(_network.Connected).Address.ToString());
    }

    [Fact]
    public async Task The_address_that_was_checked_is_the_one_connected_to()
    {
        // A second look-up would give the inward address: there is none.
        _network.With("turning.test", [PublicAddress], ["127.0.0.1"]);
        await FetchAsync("http://turning.test/picture");
        Assert.Equal(PublicAddress, Assert.Single(_network.Connected).Address.ToString());
    }

    [Theory]
    [InlineData("inside.test")]
    [InlineData("INSIDE.test")]
    public async Task A_host_the_owner_allows_may_lie_inside(string host)
    {
        _network.With("inside.test", ["10.0.0.1"]);
        Assert.Equal(
            Picture,
            await FetchAsync($"http://{host}/picture", new FetchOptions { AllowedHosts = ["inside.test"] })
        );
    }

    [Fact]
    public async Task More_bytes_than_an_image_may_have_are_refused_while_they_come() =>
        Assert.Equal(StatusCode.InputOverLimit, (await RefusedAsync("http://pictures.test/large")).Code);

    [Fact]
    public async Task A_server_that_stalls_is_given_up_and_let_go()
    {
        var refusal = await RefusedAsync(
            "http://pictures.test/stall",
            new FetchOptions { IdleTimeout = TimeSpan.FromMilliseconds(300) }
        );
        Assert.Equal(StatusCode.ConnectionFailed, refusal.Code);
        await _stalled.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task An_unknown_host_is_named() =>
        Assert.Contains(
            "nowhere.test",
            (await RefusedAsync("http://nowhere.test/picture")).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public async Task An_error_carries_the_status_of_the_other_side_and_nothing_it_said()
    {
        var refusal = await RefusedAsync("http://pictures.test/secret");
        Assert.Contains("403", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret of", refusal.ToString(), StringComparison.Ordinal);
    }

    private async Task<byte[]> FetchAsync(string url, FetchOptions? options = null)
    {
        using var client = new GuardedImageClient(
            _network,
            Options.Create(options ?? new FetchOptions()),
            Options.Create(new ImageLimits { MaxBytes = 1_000_000 }),
            TimeProvider.System
        );
        await using var content = await client.OpenAsync(url, TestContext.Current.CancellationToken);
        using var all = new MemoryStream();
        await content.CopyToAsync(all, TestContext.Current.CancellationToken);
        return all.ToArray();
    }

    private async Task<PortalException> RefusedAsync(string url, FetchOptions? options = null) =>
        await Assert.ThrowsAnyAsync<PortalException>(() => FetchAsync(url, options));
}
