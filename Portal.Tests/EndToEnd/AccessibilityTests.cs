using System.Text.Json;
using Microsoft.Playwright;
using Portal.Tests.Support;

namespace Portal.Tests.EndToEnd;

/// <summary>The automated part of accessibility: axe finds nothing to object to on any page, light and dark.</summary>
public sealed class AccessibilityTests(DeskPortal portal) : IClassFixture<DeskPortal>
{
    private static readonly string[] Places =
        ["explorer", "inputs/p000", "label", "label?concept=runner", "review", "concepts", "models", "models/new", "workflows", "workflows/new", "jobs", "settings", "upload"];

    [Fact]
    public async Task Axe_is_clean_on_every_page_in_light_and_dark()
    {
        var app = await portal.AppAsync(pictures: 30, waiting: 6);
        var page = await portal.PageAsync();
        var found = new List<string>();
        foreach (var place in Places.Select(p => $"/apps/owner/{app}/{p}").Prepend("/"))
        {
            await page.GotoAsync(place, new() { WaitUntil = WaitUntilState.NetworkIdle });
            await page.Locator("h1, h2, .empty, .nothing, .tile, .wall").First.WaitForAsync();
            found.AddRange(await AuditAsync(page, place));
            if (!place.Contains("/review", StringComparison.Ordinal) && !place.Contains("/label?", StringComparison.Ordinal)) continue;
            await page.Keyboard.PressAsync("g");
            await page.Locator(".tile").First.WaitForAsync();
            found.AddRange(await AuditAsync(page, place + " (grid)"));
            await page.Keyboard.PressAsync("?");
            await page.GetByRole(AriaRole.Dialog).WaitForAsync();
            found.AddRange(await AuditAsync(page, place + " (keys)"));
        }
        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
    }

    private static async Task<IEnumerable<string>> AuditAsync(IPage page, string place)
    {
        var script = await File.ReadAllTextAsync(Path.Combine(SharedData.RepositoryRoot, "node_modules", "axe-core", "axe.min.js"), TestContext.Current.CancellationToken);
        var found = new List<string>();
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            // Colours on their way from one scheme to the other are nobody's.
            await page.EvaluateAsync("() => Promise.all(document.getAnimations().map(animation => animation.finished.catch(() => {})))");
            await page.EvaluateAsync(script + "; undefined");
            var problems = await page.EvaluateAsync<JsonElement>(
                "async () => (await axe.run(document, { resultTypes: ['violations'] })).violations.map(v => `${v.id}: ${v.nodes.slice(0, 3).map(n => n.target.join(' ') + ' ' + n.html.slice(0, 120)).join(' | ')}`)");
            found.AddRange(problems.EnumerateArray().Select(problem => $"{place} {scheme}: {problem.GetString()}"));
        }
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        return found;
    }
}
