using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Core.Data.Files;
using Portal.Core.Domain.Errors;
using Portal.Core.Engines.Fetch;
using Portal.Core.Engines.Images;
using Portal.Core.Engines.Videos;
using Portal.Core.Services.Inputs;
using Portal.Tests.Support;

namespace Portal.Tests.Inputs;

/// <summary>
/// How a long list is fetched: again where it helps, not where it does not, and never too much at once.
/// </summary>
public sealed class PatientFetchTests : IAsyncLifetime
{
    private static readonly byte[] Picture = Drawings.Red(1);
    private readonly ConcurrentDictionary<string, int> _asked = new();
    private readonly TemporaryFolder _folder = new();
    private readonly WebApplication _server;
    private int _atOnce,
        _mostAtOnce;
    private FakeNetwork _network = null!;

    public PatientFetchTests()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        _server = builder.Build();
        _server.MapGet(
            "/busy",
            (HttpContext context) => Ask("busy") < 3 ? Later(context, "0") : Results.Bytes(Picture)
        );
        _server.MapGet(
            "/rests",
            (HttpContext context) => Ask("rests") < 2 ? Later(context, "1") : Results.Bytes(Picture)
        );
        _server.MapGet("/closed", (HttpContext context) => (Ask("closed"), Later(context, "86400")).Item2);
        _server.MapGet("/gone", () => (Ask("gone"), Results.StatusCode(404)).Item2);
        _server.MapGet("/faulty", () => (Ask("faulty"), Results.StatusCode(500)).Item2);
        _server.MapGet(
            "/breaks",
            async (HttpContext context) =>
            {
                context.Response.ContentLength = Picture.Length;
                var isWhole = Ask("breaks") > 1;
                await context.Response.Body.WriteAsync(
                    Picture.AsMemory(0, isWhole ? Picture.Length : 10),
                    context.RequestAborted
                );
                await context.Response.Body.FlushAsync(context.RequestAborted);
                if (!isWhole)
                {
                    context.Abort();
                }
            }
        );
        _server.MapGet(
            "/slow",
            async () =>
            {
                var now = Interlocked.Increment(ref _atOnce);
                InterlockedMax(ref _mostAtOnce, now);
                await Task.Delay(30);
                Interlocked.Decrement(ref _atOnce);
                return Results.Bytes(Picture);
            }
        );
    }

    public async ValueTask InitializeAsync()
    {
        await _server.StartAsync();
        _network = new FakeNetwork(new Uri(_server.Urls.First()).Port)
            .With("pictures.test", ["93.184.215.14"])
            .With("inward.test", ["10.0.0.1"]);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("busy", 3)]
    [InlineData("rests", 2)]
    [InlineData("breaks", 2)]
    public async Task What_may_pass_is_tried_again(string path, int times)
    {
        Assert.Equal(Picture, await FetchAsync($"http://pictures.test/{path}"));
        Assert.Equal(times, _asked[path]);
    }

    [Fact]
    public async Task What_will_not_pass_is_asked_for_once()
    {
        Assert.Equal(StatusCode.InputInvalidUrl, (await RefusedAsync("http://pictures.test/gone")).Code);
        Assert.Equal(StatusCode.InputInvalidUrl, (await RefusedAsync("http://inward.test/gone")).Code);
        Assert.Equal(1, _asked["gone"]);
    }

    [Fact]
    public async Task A_host_that_stays_faulty_is_given_up_with_the_number_of_tries()
    {
        var refusal = await RefusedAsync(
            "http://pictures.test/faulty",
            new FetchOptions { Attempts = 2, LongestPause = TimeSpan.FromSeconds(1) }
        );
        Assert.Equal(2, _asked["faulty"]);
        Assert.Contains("HTTP status 500", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("2 times", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_asks_for_a_day_is_left_alone()
    {
        Assert.Contains(
            "86400 s",
            (await RefusedAsync("http://pictures.test/closed")).Message,
            StringComparison.Ordinal
        );
        Assert.Equal(1, _asked["closed"]);
    }

    [Fact]
    public async Task One_host_is_asked_for_so_many_at_once_and_no_more()
    {
        using var client = Client(new FetchOptions { MaxPerHost = 2 });
        var fetch = Patient(client, new FetchOptions());
        await Task.WhenAll(
            Enumerable
                .Range(0, 12)
                .Select(async _ =>
                    await (
                        await fetch.OpenAsync("http://pictures.test/slow", TestContext.Current.CancellationToken)
                    ).DisposeAsync()
                )
        );
        Assert.Equal(2, _mostAtOnce);
        Assert.Empty(Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories));
    }

    private int Ask(string path) => _asked.AddOrUpdate(path, 1, (_, n) => n + 1);

    private static IResult Later(HttpContext context, string after)
    {
        context.Response.Headers.RetryAfter = after;
        return Results.StatusCode(429);
    }

    private static void InterlockedMax(ref int most, int now)
    {
        for (var seen = most; now > seen; seen = most)
        {
            Interlocked.CompareExchange(ref most, now, seen);
        }
    }

    private GuardedImageClient Client(FetchOptions options) =>
        new(
            _network,
            Options.Create(options),
            Options.Create(new ImageLimits { MaxBytes = 1_000_000 }),
            TimeProvider.System
        );

    private PatientFetch Patient(GuardedImageClient client, FetchOptions options) =>
        new(
            client,
            Options.Create(options),
            Options.Create(new VideoLimits()),
            Options.Create(new StorageOptions { Root = _folder.Path }),
            TimeProvider.System
        );

    private async Task<byte[]> FetchAsync(string url, FetchOptions? options = null)
    {
        using var client = Client(options ?? new FetchOptions());
        await using var content = await Patient(client, options ?? new FetchOptions())
            .OpenAsync(url, TestContext.Current.CancellationToken);
        using var all = new MemoryStream();
        await content.CopyToAsync(all, TestContext.Current.CancellationToken);
        return all.ToArray();
    }

    private async Task<PortalException> RefusedAsync(string url, FetchOptions? options = null) =>
        await Assert.ThrowsAnyAsync<PortalException>(() => FetchAsync(url, options));
}
