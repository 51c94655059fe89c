using Microsoft.Playwright;
using Portal.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.EndToEnd;

public sealed class ApiDocsTests
{
    [Fact]
    public async Task The_page_about_the_API_is_read_and_tried_and_asks_no_other_host()
    {
        using var folder = new TemporaryFolder();
        await using var portal = await PortalProcess.StartAsync(folder.Path);
        var page = await Browser.SignedInAsync(portal);
        var asked = new List<string>();
        var complaints = new List<string>();
        page.Request += (_, request) => asked.Add(request.Url);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                complaints.Add(message.Text);
            }
        };

        await page.GotoAsync("/api-docs");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "AutoAnnotate Portal", Exact = true }))
            .ToBeVisibleAsync();
        await KeepAsync(page, "api-docs");
        await page.GotoAsync("/api-docs#tag/apps/GET/v2/users/{user_id}/apps");
        await page.GetByRole(AriaRole.Button, new() { Name = "Test Request" }).First.ClickAsync();
        await KeepAsync(page, "api-docs-try");
        var answer = await page.RunAndWaitForResponseAsync(
            () => page.GetByRole(AriaRole.Button, new() { Name = "Send" }).First.ClickAsync(),
            response => new Uri(response.Url).AbsolutePath.StartsWith("/v2/", StringComparison.Ordinal)
        );
        Assert.Equal((200, "/v2/users/me/apps"), (answer.Status, new Uri(answer.Url).AbsolutePath));
        await KeepAsync(page, "api-docs-tried");

        Assert.All(
            asked.Where(url =>
                !url.StartsWith("data:", StringComparison.Ordinal) && !url.StartsWith("blob:", StringComparison.Ordinal)
            ),
            url => Assert.StartsWith(portal.Address.ToString(), url, StringComparison.Ordinal)
        );
        Assert.Empty(complaints);
    }

    /// <summary>Keeps what the page looks like, dark and light, as the browser asks for it.</summary>
    private static async Task KeepAsync(IPage page, string name)
    {
        foreach (var scheme in new[] { ColorScheme.Dark, ColorScheme.Light })
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await Expect(page.Locator("body"))
                .ToContainClassAsync(scheme == ColorScheme.Dark ? "dark-mode" : "light-mode");
            await page.ScreenshotAsync(new() { Path = Browser.ScreenshotPath($"{name}-{scheme}".ToLowerInvariant()) });
        }
    }
}
