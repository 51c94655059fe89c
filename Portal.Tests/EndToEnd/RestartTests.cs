using Microsoft.Playwright;
using Portal.Tests.Support;

namespace Portal.Tests.EndToEnd;

public class RestartTests
{
    [Fact]
    public async Task An_open_page_comes_back_by_itself_when_the_server_was_killed_and_restarted()
    {
        using var folder = new TemporaryFolder();
        var portal = await PortalProcess.StartAsync(folder.Path);
        var page = await Browser.SignedInAsync(portal);
        await page.EvaluateAsync("window.beforeRestart = true");

        await portal.KillAsync();
        await portal.DisposeAsync();
        await using var again = await PortalProcess.StartAsync(folder.Path, portal.Address.Port);

        // The page is a new one, it works, and nobody had to sign in or reload.
        await page.WaitForFunctionAsync("() => !window.beforeRestart", null, new() { Timeout = 60_000 });
        await page.GetByRole(AriaRole.Button, new() { Name = "Create your first app" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).WaitForAsync();
    }
}
