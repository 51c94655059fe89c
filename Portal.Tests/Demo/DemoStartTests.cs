using System.Text.Json;
using Portal.Tests.Support;

namespace Portal.Tests.Demo;

/// <summary>The demo as a user starts it, and starts it again.</summary>
public sealed class DemoStartTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task A_second_start_finds_the_app_and_makes_nothing_again()
    {
        using var folder = new TemporaryFolder();
        string before;
        await using (var first = await PortalProcess.StartAsync(folder.Path, 0, "demo"))
        {
            await SaidAsync(first, "to look at it");
            Assert.Contains("SUCCESS right / wrong", first.Output, StringComparison.Ordinal);
            before = await StatusAsync(first);
            await first.StopAsync();
        }

        await using var second = await PortalProcess.StartAsync(folder.Path, 0, "demo");
        await SaidAsync(second, "is there already");

        Assert.Equal(before, await StatusAsync(second));
        Assert.DoesNotContain("drawing", second.Output, StringComparison.Ordinal);
    }

    private static async Task<string> StatusAsync(PortalProcess portal)
    {
        using var client = portal.Client();
        using var answer = JsonDocument.Parse(await client.GetStringAsync("/v2/users/me/apps/demo/inputs/status"));
        return answer.RootElement.GetProperty("counts").GetRawText();
    }

    private static async Task SaidAsync(PortalProcess portal, string words)
    {
        using var time = new CancellationTokenSource(Limit);
        while (!portal.Output.Contains(words, StringComparison.Ordinal))
        {
            Assert.True(portal.IsRunning, portal.Output);
            await Task.Delay(100, time.Token);
        }
    }
}
