using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using Portal.Core.Data;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Workflows;
using Portal.Core.Services.Concepts;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Workflows;
using Portal.Tests.Support;

namespace Portal.Tests.EndToEnd;

/// <summary>
/// The Explorer, worked by hand: choosing, changing many at once, filters that travel, and fast scrolling.
/// </summary>
public sealed class ExplorerTests
{
    private const string Explorer = "/apps/owner/park/explorer";
    private const string Hostile = "<img src=x onerror=document.title='taken'>";
    private const string Side = "--Embedder:Side=96";

    [Fact]
    public async Task Lasso_shift_and_all_that_match_choose_and_one_undo_takes_a_step_back()
    {
        using var folder = new TemporaryFolder();
        await PhotosAsync(folder.Path, 90);
        await using var portal = await PortalProcess.StartAsync(folder.Path, 0, Side);
        var page = await Browser.SignedInAsync(portal);
        await OpenAsync(page, "");
        await page.KeepAsync("explorer-photos");
        await page.Locator("[data-place='8']").HoverAsync();
        await page.KeepAsync("explorer-overlay");

        // A lasso over two rows and three columns, begun on a picture.
        await DragAsync(page, 0, 7);
        await Assertions.Expect(Toolbar(page)).ToContainTextAsync("6 selected");
        Assert.Equal(["0", "1", "2", "5", "6", "7"], await ChosenAsync(page));
        await page.KeepAsync("explorer-selection");

        await page.Locator("[data-place='10']").ClickAsync(new() { Modifiers = [KeyboardModifier.Control] });
        await page.Locator("[data-place='13']").ClickAsync(new() { Modifiers = [KeyboardModifier.Shift] });
        await Assertions.Expect(Toolbar(page)).ToContainTextAsync("10 selected");
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(Toolbar(page)).ToHaveCountAsync(0);

        await page.Locator("[data-place='3']").HoverAsync();
        await page.Locator(".cell", new() { Has = page.Locator("[data-place='3']") }).Locator(".check").ClickAsync();
        await Toolbar(page).GetByRole(AriaRole.Button, new() { Name = "Select all 91" }).ClickAsync();
        await Assertions.Expect(Toolbar(page)).ToContainTextAsync("91 selected");
        await Toolbar(page).GetByRole(AriaRole.Button, new() { Name = "✓ Label" }).ClickAsync();
        await page.KeepAsync("explorer-bulk-menu");
        await page.Locator(".menu:popover-open").GetByText("stroller").ClickAsync();

        await Assertions.Expect(Facet(page, "stroller")).ToContainTextAsync("91", new() { Timeout = 30_000 });
        await Assertions.Expect(page.GetByText("✓ stroller on 91 inputs")).ToHaveCountAsync(1);
        await page.KeepAsync("explorer-bulk-done");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Assertions.Expect(Facet(page, "stroller")).ToContainTextAsync("0");

        await page.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Upload images to begin")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Assertions
            .Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "91 inputs" }))
            .ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_filters_address_shows_the_same_set_in_a_fresh_browser_and_hostile_names_are_text()
    {
        using var folder = new TemporaryFolder();
        await PhotosAsync(folder.Path, 40);
        await using var portal = await PortalProcess.StartAsync(folder.Path, 0, Side);
        var page = await Browser.SignedInAsync(portal);
        await OpenAsync(page, "");
        await Facet(page, "walker").ClickAsync();
        await Facet(page, "Pending").ClickAsync();
        await page.GetByText("Name and metadata").ClickAsync();
        await page.GetByLabel("File name").FillAsync("1");
        await page.GetByLabel("File name").PressAsync("Enter");
        await Assertions.Expect(page.Locator(".chip")).ToHaveCountAsync(3);
        await page.WaitForURLAsync("**name=1**");
        await Assertions
            .Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "41 inputs" }))
            .ToHaveCountAsync(0);
        var shown = await page.GetByRole(AriaRole.Status).First.InnerTextAsync();
        // The count may be there before the wall is.
        await Assertions
            .Expect(page.Locator(".tile"))
            .ToHaveCountAsync(int.Parse(shown.Split(' ')[0], CultureInfo.InvariantCulture));
        var names = await NamesAsync(page);
        Assert.NotEmpty(names);
        await page.KeepAsync("explorer-filtered");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save this filter" }).ClickAsync();
        await page.GetByLabel("Name of the filter").FillAsync(Hostile);
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = Hostile, Exact = true }).WaitForAsync();

        var fresh = await page.Context.Browser!.NewContextAsync(
            new()
            {
                BaseURL = portal.Address.ToString(),
                StorageState = await page.Context.StorageStateAsync(),
                ViewportSize = new() { Width = 1280, Height = 720 },
            }
        );
        var other = await fresh.NewPageAsync();
        await other.GotoAsync(page.Url);
        await Assertions.Expect(other.GetByText(shown).First).ToBeVisibleAsync();
        await Assertions.Expect(other.Locator(".tile")).ToHaveCountAsync(names.Count);
        Assert.Equal(names, await NamesAsync(other));

        await OpenAsync(other, "?size=l");
        await other.Locator($"[aria-label=\"{Hostile}.png\"]").HoverAsync();
        await other.KeepAsync("explorer-hostile");
        await Assertions.Expect(Facet(other, Hostile)).ToBeVisibleAsync();
        Assert.DoesNotContain("taken", await other.TitleAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task However_fast_it_is_scrolled_the_wall_is_full_once_it_rests()
    {
        using var folder = new TemporaryFolder();
        await ManyAsync(folder.Path, 20_000);
        await using var portal = await PortalProcess.StartAsync(folder.Path, 0, Side);
        var page = await Browser.SignedInAsync(portal);
        await OpenAsync(page, "?size=s");
        var sent = 0;
        page.WebSocket += (_, socket) => socket.FrameSent += (_, _) => Interlocked.Increment(ref sent);
        await page.Locator(".wall").HoverAsync();
        for (var turn = 0; turn < 40; turn++)
        {
            await page.Mouse.WheelAsync(0, 2500);
        }

        await FullAsync(page);
        await page.EvaluateAsync("document.querySelector('.wall').scrollTop = 1e9");
        await FullAsync(page);
        await page.EvaluateAsync("document.querySelector('.wall').scrollTop /= 3");
        await FullAsync(page);
        await page.KeepAsync("explorer-scrolled");

        await page.GetByLabel("Jump to a day").FillAsync("2026-05-10");
        await Assertions.Expect(page.GetByText("back from 10 May 2026")).ToBeVisibleAsync();
        await FullAsync(page);
    }

    // Every place of the view has a tile, and every picture has come.
    private static async Task FullAsync(IPage page) =>
        await page.WaitForFunctionAsync(
            """
            () => {
              const wall = document.querySelector('.wall');
              const box = wall.getBoundingClientRect();
              const tiles = [...wall.querySelectorAll('.tile')].filter(tile => { const t = tile.getBoundingClientRect(); return t.bottom > box.top && t.top < box.bottom; });
              const columns = Number(getComputedStyle(wall.querySelector('.window')).getPropertyValue('--columns'));
              const rows = Math.floor((box.height - 20) / 96);
              return tiles.length >= columns * rows - columns && tiles.every(tile => tile.querySelector('img').complete && tile.querySelector('img').naturalWidth > 0);
            }
            """
        );

    private static ILocator Toolbar(IPage page) => page.GetByRole(AriaRole.Toolbar, new() { Name = "Selection" });

    private static ILocator Facet(IPage page, string text) =>
        page.Locator(".facet").Filter(new() { HasText = text }).First;

    private static async Task OpenAsync(IPage page, string query)
    {
        await page.GotoAsync(Explorer + query);
        await page.Locator(".tile").First.WaitForAsync();
    }

    private static async Task DragAsync(IPage page, int from, int to)
    {
        var (start, end) = (await BoxAsync(page, from), await BoxAsync(page, to));
        await page.Mouse.MoveAsync(start.X + 60, start.Y + 60);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(end.X + 60, end.Y + 60, new() { Steps = 8 });
        await page.KeepAsync("explorer-lasso");
        await page.Mouse.UpAsync();
    }

    private static async Task<LocatorBoundingBoxResult> BoxAsync(IPage page, int place) =>
        (await page.Locator($"[data-place='{place}']").BoundingBoxAsync())!;

    private static async Task<IReadOnlyList<string>> ChosenAsync(IPage page) =>
        await page.Locator(".cell.selected .tile")
            .EvaluateAllAsync<string[]>("tiles => tiles.map(tile => tile.dataset.place)");

    private static async Task<IReadOnlyList<string>> NamesAsync(IPage page) =>
        await page.Locator(".tile").EvaluateAllAsync<string[]>("tiles => tiles.map(tile => tile.ariaLabel)");

    /// <summary>
    /// Photos of walkers and runners, some labelled, all run through a workflow; and one with hostile names.
    /// </summary>
    private static async Task PhotosAsync(string root, int count)
    {
        SharedData.Require("park5");
        await using var core = await CoreHost.StartAsync(root);
        var concepts = new List<Concept>();
        foreach (var id in new[] { "walker", "runner", "stroller" })
        {
            concepts.Add(await core.ConceptAsync(id));
        }

        concepts.Add(
            (await core.Get<ConceptService>().CreateAsync(core.App.Id, [new NewConcept("hostile", Hostile)], default))[
                0
            ]
        );
        await core.ConstantClassifierAsync("model", (concepts[0], 0.62), (concepts[1], 0.91));
        var band = await core.Get<WorkflowService>()
            .CreateBandAsync(
                core.App.Id,
                core.User.Id,
                "model",
                new Dictionary<string, (double, double)> { ["walker"] = (0.3, 0.8), ["runner"] = (0.3, 0.8) },
                null,
                "owner",
                "auto",
                default
            );
        await core.Get<WorkflowService>().SetDefaultAsync(core.App.Id, band.Latest.Id, default);
        var files = new[] { "walker", "runner" }
            .SelectMany(f => SharedData.FileNames("park5", f).Take(count / 2).Select(name => (Folder: f, Name: name)))
            .ToList();
        foreach (var (place, file) in files.Index())
        {
            await using var content = File.OpenRead(SharedData.Require("park5", file.Folder, file.Name));
            InputLabel[] labels = place % 4 == 0 ? [new InputLabel(file.Folder, true)] : [];
            await core.Get<InputService>()
                .AcceptAsync(
                    core.App.Id,
                    core.User.Id,
                    new NewInput(FileName: file.Name, Labels: labels),
                    content,
                    default
                );
        }
        await core.Get<InputService>()
            .AcceptAsync(
                core.App.Id,
                core.User.Id,
                new NewInput("hostile", Hostile + ".png", Labels: [new InputLabel("hostile", true)]),
                new MemoryStream(Pictures.Any(1)),
                default
            );
        await Wait.ForAsync(
            () => core.Get<InputService>().CountAsync(core.App.Id, default),
            c => c is { ToProcess: 0, Processing: 0 }
        );
    }

    /// <summary>Many inputs that share a few pictures, one every minute from 1 May on.</summary>
    private static async Task ManyAsync(string root, int count)
    {
        await using var core = await CoreHost.StartAsync(root, workers: false);
        var pictures = new List<Input>();
        for (var seed = 0; seed < 8; seed++)
        {
            pictures.Add(await core.AcceptAsync(seed));
        }

        await using var db = core.Db();
        await db.Inputs.ExecuteDeleteAsync();
        foreach (var chunk in Enumerable.Range(0, count).Chunk(5000))
        {
            db.ChangeTracker.Clear();
            db.AddRange(
                chunk.Select(i => new Input
                {
                    AppId = core.App.Id,
                    ExternalId = $"i{i}",
                    FileName = $"{i}.png",
                    Status = StatusCode.InputSuccess,
                    ContentHash = pictures[i % pictures.Count].ContentHash,
                    MediaType = "image/png",
                    Width = 300,
                    Height = 300,
                    CreatedAt = new DateTime(2026, 5, 1, 0, 0, 0, DateTimeKind.Utc).AddMinutes(i),
                })
            );
            await db.SaveChangesAsync();
        }
    }
}
