using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using Portal.Tests.Support;

namespace Portal.Tests.EndToEnd;

/// <summary>
/// A list of addresses pasted on the upload page, of a server that does what servers do: some of it badly.
/// </summary>
public sealed class AddressListTests : IAsyncDisposable
{
    private readonly ConcurrentBag<string> _asked = [];
    private readonly WebApplication _server;

    public AddressListTests()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        _server = builder.Build();
        _server.MapGet("/picture", () => Results.Bytes(Pictures.Any(1), "image/png"));
        _server.MapGet("/another", () => Results.Bytes(Pictures.Any(2), "image/png"));
        _server.MapGet("/moved", () => Results.Redirect("/another"));
        _server.MapGet("/round", () => Results.Redirect("/round"));
        _server.MapGet(
            "/inward",
            (HttpContext context) => Results.Redirect($"http://127.0.0.1:{context.Request.Host.Port}/secret")
        );
        _server.MapGet("/secret", () => (Asked("secret"), Results.Bytes(Pictures.Any(3), "image/png")).Item2);
        _server.MapGet(
            "/lies",
            () => Results.Bytes("<!doctype html><title>No picture</title>"u8.ToArray(), "image/png")
        );
        _server.MapGet("/gone", () => Results.NotFound());
        _server.MapGet(
            "/stalls",
            async (HttpContext context) =>
            {
                await context.Response.StartAsync(context.RequestAborted);
                await Task.Delay(Timeout.Infinite, context.RequestAborted)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        );
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task What_can_be_fetched_is_and_each_of_the_rest_says_why_not()
    {
        await _server.StartAsync(TestContext.Current.CancellationToken);
        var port = new Uri(_server.Urls.First()).Port;
        using var folder = new TemporaryFolder();
        await using var portal = await PortalProcess.StartAsync(
            folder.Path,
            0,
            "--Embedder:Side=96",
            "--Fetch:AllowedHosts:0=localhost",
            "--Fetch:IdleTimeout=00:00:01",
            "--Fetch:Attempts=2",
            "--Fetch:LongestPause=00:00:01"
        );
        using var client = portal.Client();
        await client
            .SendAsync(HttpMethod.Post, "users/me/apps", new { apps = new[] { new { id = "park" } } })
            .OkAsync();
        var page = await Browser.SignedInAsync(portal);
        // Whoever is quicker than the page's script loses nothing.
        var asked = new TaskCompletionSource();
        await page.RouteAsync(
            "**/UploadPage.razor.js",
            async route =>
            {
                await asked.Task;
                await route.ContinueAsync();
            }
        );
        await page.GotoAsync("/apps/owner/park/upload");
        var rows = new[] { "picture", "moved", "round", "inward", "lies", "gone", "stalls" }
            .Select(path => $"http://localhost:{port}/{path},{path},cat")
            .Append($"http://127.0.0.1:{port}/secret,direct,cat");

        await page.Locator("[data-urls]").FillAsync("url,id,concepts\n" + string.Join('\n', rows));
        await page.GetByRole(AriaRole.Button, new() { Name = "Look at the list" }).ClickAsync();
        asked.SetResult();
        var card = page.GetByRole(AriaRole.Region, new() { Name = "Import", Exact = true });
        await Assertions.Expect(card).ToContainTextAsync("8 pictures, 1 label");
        await page.KeepAsync("addresses-preview");
        await card.GetByRole(AriaRole.Button, new() { Name = "Import", Exact = true }).ClickAsync();
        await Assertions
            .Expect(page.GetByText("2 new inputs, 2 tags written; 6 refused."))
            .ToBeVisibleAsync(new() { Timeout = 90_000 });
        await page.KeepAsync("addresses-done");
        var download = await page.RunAndWaitForDownloadAsync(() =>
            page.GetByRole(AriaRole.Link, new() { Name = "Download: Import" }).First.ClickAsync()
        );
        var report = (await File.ReadAllLinesAsync(await download.PathAsync(), TestContext.Current.CancellationToken))
            .Skip(1)
            .ToDictionary(row => new Uri(row.Split(',')[1]).AbsolutePath.Trim('/'));

        Assert.Contains("added", report["picture"], StringComparison.Ordinal);
        Assert.Contains("added", report["moved"], StringComparison.Ordinal);
        Assert.Contains("redirect", report["round"], StringComparison.OrdinalIgnoreCase);
        Assert.Contains("not on the public internet", report["inward"], StringComparison.OrdinalIgnoreCase);
        Assert.Contains("not on the public internet", report["secret"], StringComparison.OrdinalIgnoreCase);
        Assert.Contains("not an image", report["lies"], StringComparison.OrdinalIgnoreCase);
        Assert.Contains("404", report["gone"], StringComparison.Ordinal);
        Assert.Contains("in time", report["stalls"], StringComparison.OrdinalIgnoreCase);
        Assert.Empty(_asked);
        Assert.Equal((2, 0, 0), await client.WorkedOffAsync("park"));
    }

    private bool Asked(string what)
    {
        _asked.Add(what);
        return true;
    }
}
