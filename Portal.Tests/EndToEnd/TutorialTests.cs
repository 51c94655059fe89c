using System.Globalization;
using Microsoft.Playwright;
using Portal.Tests.Support;

namespace Portal.Tests.EndToEnd;

/// <summary>The tutorial, by clicking.</summary>
public sealed class TutorialTests
{
    private const string Home = "/apps/owner/park";

    [Fact]
    public async Task A_newcomer_sees_their_own_classifier_tag_new_pictures()
    {
        var pictures = TutorialPictures.Load(labelled: 20, later: 6);
        using var folder = new TemporaryFolder();
        await using var portal = await PortalProcess.StartAsync(folder.Path);
        var page = await Browser.SignedInAsync(portal);

        await CreateAppAsync(page);
        await CreateConceptsAsync(page, pictures.Keys);
        foreach (var (concept, files) in pictures)
        {
            await UploadAsync(page, files.Labelled, concept);
        }

        await LabelOneByClickingAsync(page, pictures.Keys.First());
        await TrainAsync(page, pictures.Keys);
        await BuildOperatorsAsync(page, pictures.Keys);
        await BuildWorkflowAsync(page);
        await LookAtResultsAsync(page);
        await MakeDefaultAsync(page);
        await UploadAsync(page, [.. pictures.Values.SelectMany(p => p.Later)], null);
        await ReadTagsFromOverlayAsync(page, pictures.Values.Sum(p => p.Labelled.Count + p.Later.Count));
        await ReviewAsync(page);
    }

    private static async Task CreateAppAsync(IPage page)
    {
        await page.KeepAsync("apps-empty");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create your first app" }).ClickAsync();
        await page.GetByLabel("Name").FillAsync("Park");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create app" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Upload" }).WaitForAsync();
        await NavigateAsync(page, "explorer");
        await page.GetByText("Create concepts").WaitForAsync();
        await page.KeepAsync("explorer-empty");
    }

    private static Task NavigateAsync(IPage page, string section) =>
        page.Locator($"nav a[href$='/{section}']").ClickAsync();

    private static async Task CreateConceptsAsync(IPage page, IEnumerable<string> concepts)
    {
        await NavigateAsync(page, "concepts");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add many" }).ClickAsync();
        await page.GetByLabel("Concepts to add, one a line").FillAsync(string.Join('\n', concepts));
        await page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = false }).First.ClickAsync();
        foreach (var concept in concepts)
        {
            await page.GetByLabel($"Name of {concept}").WaitForAsync();
        }

        await page.KeepAsync("concepts");
    }

    private static async Task UploadAsync(IPage page, IReadOnlyList<string> files, string? concept)
    {
        await page.GotoAsync(Home + "/upload");
        if (concept is not null)
        {
            await page.GetByLabel(concept, new() { Exact = true }).CheckAsync();
        }

        await page.Locator("input[type=file][data-pick]").First.SetInputFilesAsync(files);
        await Assertions
            .Expect(page.Locator("[data-bar]"))
            .ToHaveAttributeAsync("aria-valuenow", "100", new() { Timeout = 60_000 });
        await page.KeepAsync("upload");
    }

    private static async Task LabelOneByClickingAsync(IPage page, string concept)
    {
        await page.GotoAsync(Home + "/explorer");
        await page.Locator("a.tile").First.ClickAsync();
        var row = page.Locator($"[data-concept]").Filter(new() { HasText = concept });
        var absent = row.GetByRole(AriaRole.Button).Last;
        await Assertions.Expect(absent).ToHaveAttributeAsync("aria-pressed", "false");
        await absent.ClickAsync();
        await Assertions.Expect(row).ToHaveAttributeAsync("data-own", "0");
        await page.KeepAsync("input");
    }

    private static async Task TrainAsync(IPage page, IEnumerable<string> concepts)
    {
        await page.GotoAsync(Home + "/models/new");
        await page.GetByText("Context-Based Classifier").First.ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Activities");
        await page.GetByRole(AriaRole.Button, new() { Name = "All", Exact = true }).ClickAsync();
        await page.KeepAsync("model-builder");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make Context-Based Classifier" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Train", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Auto-annotate with this model" })
            .WaitForAsync(new() { Timeout = 120_000 });
        foreach (var concept in concepts)
        {
            await Assertions.Expect(page.GetByRole(AriaRole.Table).Last).ToContainTextAsync(concept);
        }

        await page.KeepAsync("model");
    }

    private static async Task BuildOperatorsAsync(IPage page, IEnumerable<string> concepts)
    {
        await ThresholderAsync(page, "Sure", "1", concepts, concept => concept == "bike_rider" ? 0.9 : 0.8);
        await ThresholderAsync(page, "Not sure", "3", concepts, concept => concept == "bike_rider" ? 0.9 : 0.8);
        await WriterAsync(page, "Write success", "24150");
        await WriterAsync(page, "Write pending", "24151");
    }

    private static async Task ThresholderAsync(
        IPage page,
        string name,
        string comparison,
        IEnumerable<string> concepts,
        Func<string, double> threshold
    )
    {
        await page.GotoAsync(Home + "/models/new");
        await page.GetByText("Concept Thresholder").First.ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        await page.GetByLabel("Passes a concept on when its score is").SelectOptionAsync(comparison);
        await page.GetByRole(AriaRole.Button, new() { Name = "All", Exact = true }).ClickAsync();
        foreach (var concept in concepts)
        {
            var box = page.GetByLabel($"Exact threshold of {concept}");
            await box.FillAsync(threshold(concept).ToString(CultureInfo.InvariantCulture));
            await box.PressAsync("Tab");
        }
        await page.KeepAsync("thresholder-builder");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make Concept Thresholder" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = name, Exact = true }).WaitForAsync();
    }

    private static async Task WriterAsync(IPage page, string name, string status)
    {
        await page.GotoAsync(Home + "/models/new");
        await page.GetByText("Annotation Writer").First.ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        await page.GetByLabel("Writes what reaches it as").SelectOptionAsync(status);
        await page.GetByRole(AriaRole.Button, new() { Name = "Make Annotation Writer" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = name, Exact = true }).WaitForAsync();
    }

    private static async Task BuildWorkflowAsync(IPage page)
    {
        await page.GotoAsync(Home + "/workflows/new?view=list");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Auto-annotate");
        (string Model, int? Input)[] nodes =
        [
            ("Activities", null),
            ("Sure", 0),
            ("Write success", 1),
            ("Not sure", 0),
            ("Write pending", 3),
        ];
        foreach (var (model, input) in nodes)
        {
            var cards = page.Locator("article.node");
            var before = await cards.CountAsync();
            await page.GetByLabel("Model for a new node").SelectOptionAsync(new SelectOptionValue { Label = model });
            await page.GetByRole(AriaRole.Button, new() { Name = "Add node" }).ClickAsync();
            await Assertions.Expect(cards).ToHaveCountAsync(before + 1);
            if (input is not { } from)
            {
                continue;
            }

            var source = await cards.Nth(from).GetByLabel("Node id").InputValueAsync();
            foreach (var box in await cards.Nth(before).GetByRole(AriaRole.Checkbox).AllAsync())
            {
                await box.UncheckAsync();
            }

            await cards.Nth(before).GetByLabel(source, new() { Exact = true }).CheckAsync();
        }
        await page.KeepAsync("workflow-builder");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save workflow" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make default" }).WaitForAsync();
    }

    /// <summary>PostWorkflowResults, seen on the page: scores in and out of each node, and nothing written.</summary>
    private static async Task LookAtResultsAsync(IPage page)
    {
        await page.GetByText("Results", new() { Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Option).First.ClickAsync();
        await page.GetByText("nothing was written").WaitForAsync();
        await page.KeepAsync("workflow-results");
        await page.GetByText("Nodes", new() { Exact = true }).ClickAsync();
    }

    private static async Task MakeDefaultAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Make default" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Table).WaitForAsync(new() { Timeout = 60_000 });
        await page.KeepAsync("workflow-default");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Make v1 the default" }).ClickAsync();
        await page.GetByText("Runs on new inputs", new() { Exact = true }).WaitForAsync();
        await page.KeepAsync("workflow");
    }

    private static async Task ReadTagsFromOverlayAsync(IPage page, int inputs)
    {
        await page.GotoAsync(Home + "/explorer");
        await page.GetByRole(AriaRole.Main)
            .GetByText(string.Create(CultureInfo.InvariantCulture, $"{inputs} inputs"))
            .WaitForAsync();
        var tagged = page.Locator(".cell").Filter(new() { HasText = "auto-annotate v1" });
        await Assertions.Expect(tagged.First).ToBeAttachedAsync(new() { Timeout = 60_000 });
        await tagged.First.HoverAsync();
        var overlay = tagged.First.Locator(".overlay");
        await Assertions.Expect(overlay).ToBeVisibleAsync();
        // A status with a name, a score with two decimals, and who said it.
        await Assertions
            .Expect(overlay.Locator(".tag").First)
            .ToContainTextAsync(new System.Text.RegularExpressions.Regex(@"[01]\.\d\d"));
        await Assertions.Expect(overlay).ToContainTextAsync("v1");
        await page.KeepAsync("explorer-overlay");
    }

    private static async Task ReviewAsync(IPage page)
    {
        await page.GotoAsync(Home + "/review");
        var left = page.GetByText(new System.Text.RegularExpressions.Regex(@"^\d+ left"));
        await left.WaitForAsync();
        var before = await left.InnerTextAsync();
        await page.KeepAsync("review");
        await page.Keyboard.PressAsync("a");
        await Assertions.Expect(left).Not.ToHaveTextAsync(before);
        await page.Keyboard.PressAsync("z");
        await Assertions.Expect(left).ToHaveTextAsync(before);
    }
}
