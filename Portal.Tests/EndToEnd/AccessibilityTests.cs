using System.Text.Json;
using Microsoft.Playwright;
using Portal.Tests.Support;

namespace Portal.Tests.EndToEnd;

/// <summary>
/// The automated part of accessibility: axe finds nothing to object to on any page, light and dark, and no page is
/// wider than its screen.
/// </summary>
public sealed class AccessibilityTests(WorkspacePortal portal) : IClassFixture<WorkspacePortal>
{
    private static readonly (string Name, int Width, int Height)[] Screens =
    [
        ("tablet", 820, 1180),
        ("laptop", 1280, 720),
    ];

    [Fact]
    public async Task Axe_is_clean_and_nothing_is_cut_off_on_every_page_in_light_and_dark()
    {
        var page = await portal.PageAsync();
        var found = new List<string>();
        await foreach (var stop in Walk.PastEveryPageAsync(portal, page))
        {
            foreach (var (screen, width, height) in Screens)
            {
                await page.SetViewportSizeAsync(width, height);
                var wide = await page.EvaluateAsync<int>("() => document.scrollingElement.scrollWidth");
                if (wide > width)
                {
                    found.Add($"{stop} on a {screen}: {wide} pixels wide");
                }

                await page.KeepAsync($"walk-{stop}-{screen}");
            }
            found.AddRange(await AuditAsync(page, stop));
        }
        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
    }

    [Fact]
    public async Task Axe_is_clean_before_anybody_has_signed_in()
    {
        var signedIn = await portal.PageAsync();
        var fresh = await signedIn.Context.Browser!.NewContextAsync(
            new() { BaseURL = portal.Process.Address.ToString() }
        );
        var page = await fresh.NewPageAsync();
        var found = new List<string>();
        foreach (var place in new[] { "/", portal.Process.SignInLink, "/sign-in?token=unknown" })
        {
            await page.GotoAsync(place);
            await page.GetByRole(AriaRole.Heading).First.WaitForAsync();
            found.AddRange(await AuditAsync(page, place));
        }
        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
    }

    private static async Task<IEnumerable<string>> AuditAsync(IPage page, string place)
    {
        var script = await File.ReadAllTextAsync(
            Path.Combine(SharedData.RepositoryRoot, "node_modules", "axe-core", "axe.min.js"),
            TestContext.Current.CancellationToken
        );
        var found = new List<string>();
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await page.ShowAsync(scheme);
            await page.EvaluateAsync(script + "; undefined");
            var problems = await page.EvaluateAsync<JsonElement>(
                "async () => (await axe.run(document, { resultTypes: ['violations'] })).violations.map(v => "
                    + "`${v.id}: ${v.nodes.slice(0, 3).map(n => n.target.join(' ') + ' ' + n.html.slice(0, "
                    + "120)).join(' | ')}`)"
            );
            found.AddRange(problems.EnumerateArray().Select(problem => $"{place} {scheme}: {problem.GetString()}"));
        }
        await page.ShowAsync(ColorScheme.Light);
        return found;
    }
}
