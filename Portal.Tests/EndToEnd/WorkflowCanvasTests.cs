using System.Globalization;
using Microsoft.Playwright;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows.Nodes;
using Portal.Core.Services.Models;
using Portal.Tests.Support;

namespace Portal.Tests.EndToEnd;

/// <summary>The workflow canvas, worked by hand: mouse, keys, and what it says.</summary>
public sealed class WorkflowCanvasTests
{
    private const string Workflows = "/apps/owner/park/workflows";

    [Fact]
    public async Task A_workflow_is_drawn_its_gap_called_out_and_closed_and_saved()
    {
        using var folder = new TemporaryFolder();
        await PrepareAsync(folder.Path);
        await using var portal = await PortalProcess.StartAsync(folder.Path);
        var page = await OpenAsync(portal, "new");
        // The content security policy speaks through these.
        var errors = new List<string>();
        page.Console += (_, message) => errors.AddRange(message.Type == "error" ? [message.Text] : []);
        await page.KeepAsync("workflow-canvas-empty");

        await DragInAsync(page, "Activities", 20, 160);
        await DragInAsync(page, "Sure", 300, 40);
        await DragInAsync(page, "Junk", 300, 260);
        await DragInAsync(page, "Write success", 580, 40);
        await DragInAsync(page, "Write pending", 580, 260);
        await Assertions.Expect(Card(page, "thresholder")).ToContainTextAsync("no input");
        await page.KeepAsync("workflow-canvas-unconnected");
        await ConnectAsync(page, "classifier", "thresholder");
        await ConnectAsync(page, "classifier", "thresholder-2");
        await ConnectAsync(page, "thresholder", "writer");
        await ConnectAsync(page, "thresholder-2", "writer-2");

        // One gap for each concept, on the classifier whose scores fall into it.
        await Assertions.Expect(Card(page, "classifier")).ToContainTextAsync("2 gaps");
        await page.KeepAsync("workflow-canvas-gap");
        await Card(page, "classifier").ClickAsync();
        var panel = page.GetByRole(AriaRole.Complementary, new() { Name = "Settings of classifier" });
        await panel.GetByText("Error").Or(panel.GetByText("Note")).First.WaitForAsync();
        await page.KeepAsync("workflow-canvas-panel");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Review the middle" }).ClickAsync();
        await Assertions.Expect(Cards(page)).ToHaveCountAsync(8);
        await Assertions.Expect(Card(page, "classifier")).Not.ToContainTextAsync("gap");
        await Assertions.Expect(Card(page, "write-middle")).ToContainTextAsync("PENDING");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Assertions.Expect(Card(page, "classifier")).ToContainTextAsync("2 gaps");
        await page.GetByRole(AriaRole.Button, new() { Name = "Redo" }).ClickAsync();
        await Assertions.Expect(Cards(page)).ToHaveCountAsync(8);
        await panel.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Tidy" }).ClickAsync();
        await page.KeepAsync("workflow-canvas-fixed");

        await page.GetByRole(AriaRole.Button, new() { Name = "New node …" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog, new() { Name = "New node" });
        await dialog
            .GetByLabel("What it is to do")
            .SelectOptionAsync(new SelectOptionValue { Label = "Random Sample" });
        await dialog.GetByLabel("Exact share").FillAsync("0.1");
        await page.KeepAsync("workflow-new-node");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add the node" }).ClickAsync();
        await Assertions.Expect(Card(page, "sample")).ToContainTextAsync("10 %");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Assertions.Expect(Cards(page)).ToHaveCountAsync(8);

        // The first click opens the panel; the second must not be taken for one beside the node.
        await Card(page, "thresholder").DblClickAsync();
        var settings = page.GetByRole(AriaRole.Complementary, new() { Name = "Settings of thresholder", Exact = true });
        await settings.GetByLabel("Exact threshold of walker").FillAsync("0.8734512");
        await settings.GetByLabel("Exact threshold of walker").PressAsync("Tab");
        await Assertions.Expect(settings).ToContainTextAsync("Saving the workflow makes a new version of “Sure”");
        await Assertions.Expect(Card(page, "thresholder")).ToContainTextAsync("changed");
        await page.KeepAsync("workflow-canvas-settings");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Assertions.Expect(Card(page, "thresholder")).Not.ToContainTextAsync("changed");
        await page.GetByRole(AriaRole.Button, new() { Name = "Redo" }).ClickAsync();
        await Assertions.Expect(settings.GetByLabel("Exact threshold of walker")).ToHaveValueAsync("0.8734512");
        await settings.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();

        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Drawn");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save workflow" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make default" }).WaitForAsync();
        await Assertions.Expect(Cards(page)).ToHaveCountAsync(8);
        await page.KeepAsync("workflow-canvas");
        await Card(page, "thresholder").ClickAsync();
        await Assertions.Expect(settings.GetByLabel("Exact threshold of walker")).ToHaveValueAsync("0.8734512");
        await Assertions.Expect(settings.GetByLabel("Version of thresholder")).ToContainTextAsync("v2");

        using var client = portal.Client();
        await client.UploadAsync("park", new UploadFile("before", "before.png", Pictures.Any(1)));
        await Wait.ForAsync(() => client.CountsAsync("park"), counts => counts.Processed == 1);
        await page.GetByText("Results", new() { Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Option, new() { Name = "before.png" }).ClickAsync();
        await Assertions.Expect(page.Locator(".view [data-node]")).ToHaveCountAsync(8);
        await Assertions
            .Expect(page.Locator(".view [data-node='write-middle']"))
            .ToContainTextAsync("would write walker, runner");
        await Assertions.Expect(page.Locator(".view [data-node='writer']")).ToContainTextAsync("nothing reached it");
        await page.KeepAsync("workflow-results-lit");

        await page.GetByRole(AriaRole.Button, new() { Name = "Make default" }).ClickAsync();
        await page.GetByText("Tried on 1 input").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make v1 the default" }).ClickAsync();
        await page.GetByText("Runs on new inputs").First.WaitForAsync();
        await client.UploadAsync("park", new UploadFile("after", "after.png", Pictures.Any(2)));
        await Wait.ForAsync(() => client.CountsAsync("park"), counts => counts.Processed == 2);
        await page.GotoAsync("/apps/owner/park/explorer");
        var tile = page.GetByRole(AriaRole.Link, new() { Name = "after.png" });
        await tile.HoverAsync();
        await Assertions
            .Expect(page.Locator(".cell").Filter(new() { Has = tile }).Locator(".overlay"))
            .ToContainTextAsync("walker");
        await page.GotoAsync("/apps/owner/park/models");
        await page.GetByText("only in the workflow").First.WaitForAsync();
        await page.KeepAsync("models-grouped");
        Assert.Empty(errors);
    }

    [Fact]
    public async Task What_cannot_be_connected_says_why_and_everything_can_be_undone()
    {
        using var folder = new TemporaryFolder();
        await PrepareAsync(folder.Path);
        await using var portal = await PortalProcess.StartAsync(folder.Path);
        var page = await OpenAsync(portal, "new");
        await DragInAsync(page, "Activities", 20, 120);
        await DragInAsync(page, "Sure", 260, 120);
        await DragInAsync(page, "Junk", 500, 120);
        await ConnectAsync(page, "classifier", "thresholder");
        await ConnectAsync(page, "thresholder", "thresholder-2");

        await DrawAsync(page, "thresholder-2", "thresholder");
        await Assertions
            .Expect(Message(page))
            .ToHaveTextAsync(
                "The nodes 'thresholder' → 'thresholder-2' → 'thresholder' form a cycle, so none of them could "
                    + "ever run."
            );
        await page.KeepAsync("workflow-canvas-cycle");
        await DrawAsync(page, "thresholder-2", "classifier");
        await Assertions
            .Expect(Message(page))
            .ToHaveTextAsync(
                "Node 'classifier' (Context-Based Classifier) takes an embedding, but 'thresholder-2' (Concept "
                    + "Thresholder) gives concepts."
            );
        await Assertions.Expect(Edges(page)).ToHaveCountAsync(2);

        var undo = page.GetByRole(AriaRole.Button, new() { Name = "Undo" });
        for (var gesture = 0; gesture < 5; gesture++)
        {
            await undo.ClickAsync();
        }

        await Assertions.Expect(Cards(page)).ToHaveCountAsync(0);
        await Assertions.Expect(undo).ToBeDisabledAsync();
        for (var gesture = 0; gesture < 5; gesture++)
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Redo" }).ClickAsync();
        }

        await Assertions.Expect(Edges(page)).ToHaveCountAsync(2);

        // A rubber band takes two of the three, and they move as one.
        var (left, middle, right) = (
            await BoxAsync(page, "classifier"),
            await BoxAsync(page, "thresholder"),
            await BoxAsync(page, "thresholder-2")
        );
        await DragAsync(page, left.X - 8, left.Y - 40, middle.X + 100, middle.Y + middle.Height + 20);
        await Assertions.Expect(page.Locator(".x6-node-selected")).ToHaveCountAsync(2);
        await DragAsync(page, left.X + 60, left.Y + 20, left.X + 60, left.Y + 100);
        await MovedAsync(page, "classifier", left.Y + 80);
        await MovedAsync(page, "thresholder", middle.Y + 80);
        Assert.Equal(right.Y, (await BoxAsync(page, "thresholder-2")).Y, 1f);
    }

    [Fact]
    public async Task The_keyboard_alone_selects_copies_moves_and_removes()
    {
        using var folder = new TemporaryFolder();
        await PrepareAsync(folder.Path);
        await using var portal = await PortalProcess.StartAsync(folder.Path);
        var page = await OpenAsync(portal, "band");
        await Assertions.Expect(Cards(page)).ToHaveCountAsync(6);
        var stage = page.GetByRole(AriaRole.Application);

        await stage.FocusAsync();
        await stage.PressAsync("Tab");
        await Assertions.Expect(page.Locator(".x6-node-selected")).ToHaveCountAsync(1);
        await stage.PressAsync("Enter");
        var panel = page.GetByRole(AriaRole.Complementary, new() { Name = "Settings of classifier" });
        await Assertions.Expect(panel.GetByLabel("Node id")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(panel).ToHaveCountAsync(0);
        await Assertions.Expect(stage).ToBeFocusedAsync();
        var (left, top) = await PlaceAsync(page, "classifier");
        for (var press = 0; press < 5; press++)
        {
            await stage.PressAsync("ArrowDown");
        }

        await Assertions
            .Expect(Drawn(page, "classifier"))
            .ToHaveAttributeAsync("transform", $"translate({left},{top + 40})");
        await page.ReloadAsync();
        await Assertions
            .Expect(Drawn(page, "classifier"))
            .ToHaveAttributeAsync("transform", $"translate({left},{top + 40})");
        await Assertions.Expect(Cards(page)).ToHaveCountAsync(6);
        await stage.FocusAsync();
        await stage.PressAsync("Control+a");
        await stage.PressAsync("Control+c");
        await stage.PressAsync("Control+v");
        await Assertions.Expect(Cards(page)).ToHaveCountAsync(12);
        await Assertions.Expect(Edges(page)).ToHaveCountAsync(10);
        await page.KeepAsync("workflow-canvas-pasted");
        await stage.PressAsync("Delete");
        await Assertions.Expect(Cards(page)).ToHaveCountAsync(6);
        await stage.PressAsync("Control+z");
        await Assertions.Expect(Cards(page)).ToHaveCountAsync(12);
        await page.GetByRole(AriaRole.Button, new() { Name = "Save as v2" }).WaitForAsync();
        await page.GetByText("List", new() { Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("article.node")).ToHaveCountAsync(12);
    }

    [Fact]
    public async Task Twenty_nodes_move_without_a_word_to_the_server_until_they_are_let_go()
    {
        using var folder = new TemporaryFolder();
        await PrepareAsync(folder.Path);
        await using var portal = await PortalProcess.StartAsync(folder.Path);
        var page = await Browser.SignedInAsync(portal);
        var sent = 0;
        page.WebSocket += (_, socket) => socket.FrameSent += (_, _) => Interlocked.Increment(ref sent);
        await OpenAsync(page, "band");
        var stage = page.GetByRole(AriaRole.Application);
        await stage.FocusAsync();
        foreach (var key in (string[])["Control+a", "Control+c", "Control+v", "Control+v"])
        {
            await stage.PressAsync(key);
        }

        await Palette(page, "Sure").ClickAsync();
        await Palette(page, "Junk").ClickAsync();
        await Assertions.Expect(Cards(page)).ToHaveCountAsync(20);
        await Palette(page, "Junk").ClickAsync();
        await Assertions.Expect(Message(page)).ToHaveTextAsync("The workflow has 21 nodes; at most 20 are allowed.");
        await stage.PressAsync("t");
        await page.KeepAsync("workflow-canvas-twenty");

        await stage.PressAsync("Control+a");
        var card = await BoxAsync(page, "classifier");
        await page.Mouse.MoveAsync(card.X + 40, card.Y + 10);
        await page.Mouse.DownAsync();
        var before = sent;
        await page.Mouse.MoveAsync(card.X + 140, card.Y + 60, new() { Steps = 60 });
        // The circuit's own heartbeat may fall into the move.
        Assert.InRange(sent - before, 0, 2);
        await MovedAsync(page, "classifier", card.Y + 50);
        await page.Mouse.UpAsync();
        await Wait.ForAsync(() => Task.FromResult(sent), count => count > before);
    }

    [Fact]
    public async Task Two_hundred_nodes_are_drawn_and_moved_about()
    {
        using var folder = new TemporaryFolder();
        await PrepareAsync(folder.Path);
        await using var portal = await PortalProcess.StartAsync(folder.Path);
        var page = await OpenAsync(portal, "band");

        // No workflow has so many; the drawing itself is tried.
        var times = await page.EvaluateAsync<double[]>(
            """
            async () => {
              const { attach } = await import('/editor/workflow-canvas.js');
              const stage = document.querySelector('[data-canvas]').cloneNode(false);
              stage.append(document.createElement('div'));
              stage.id = 'many';
              document.querySelector('[data-canvas]').replaceWith(stage);
              const model = { id: 'm', name: 'Sure', role: 'Sift', typeName: 'Concept Thresholder', stem: 't', input: 'Concepts', output: 'Concepts', versions: [] };
              const nodes = Array.from({ length: 200 }, (_, i) => ({ id: `n${i}`, modelId: 'm', inputs: i < 10 ? [] : [`n${i - 10}`, `n${i - 10 + (i % 10 ? -1 : 9)}`] }));
              const frame = () => new Promise(resolve => requestAnimationFrame(resolve));
              const start = performance.now();
              attach(stage, null, { models: [model], nodes, storageKey: null });
              await frame();
              const drawn = performance.now();
              return [drawn - start];
            }
            """
        );
        await Assertions.Expect(page.Locator("#many [data-node]")).ToHaveCountAsync(200);
        var box = (await page.Locator("#many").BoundingBoxAsync())!;
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await page.Mouse.MoveAsync(box.X + 200, box.Y + 200);
        await page.Mouse.DownAsync(new() { Button = MouseButton.Right });
        await page.Mouse.MoveAsync(box.X + 300, box.Y + 240, new() { Steps = 60 });
        await page.Mouse.UpAsync(new() { Button = MouseButton.Right });
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"200 nodes drawn in {times[0]:0} ms; 60 steps of a pan in {watch.ElapsedMilliseconds} ms"
        );

        Assert.InRange(times[0], 0, 10_000);
        Assert.InRange(watch.ElapsedMilliseconds, 0, 20_000);
    }

    private static async Task PrepareAsync(string root)
    {
        await using var core = await CoreHost.StartAsync(root, workers: false);
        var (walker, runner) = (await core.ConceptAsync("walker"), await core.ConceptAsync("runner"));
        await core.ConstantClassifierAsync("Activities", (walker, 0.7), (runner, 0.6));
        await ThresholderAsync(core, "Sure", ThresholdOperator.GreaterThan, 0.8, walker, runner);
        await ThresholderAsync(core, "Junk", ThresholdOperator.LessThan, 0.3, walker, runner);
        await WriterAsync(core, "Write success", StatusCode.AnnotationSuccess);
        await WriterAsync(core, "Write pending", StatusCode.AnnotationPending);
        await core.BandAsync("Activities", 0.3, 0.8, "band", walker, runner);
    }

    private static Task<ModelView> ThresholderAsync(
        CoreHost core,
        string name,
        ThresholdOperator comparison,
        double threshold,
        params Concept[] concepts
    ) =>
        core.Get<ModelService>()
            .CreateAsync(
                core.App.Id,
                core.User.Id,
                null,
                name,
                ConceptThresholder.Id,
                new OutputDraft(
                    [.. concepts.Select(c => new DraftConcept(c.ExternalId, threshold))],
                    ConceptThresholder.Params(comparison)
                ),
                default
            );

    private static Task<ModelView> WriterAsync(CoreHost core, string name, StatusCode status) =>
        core.Get<ModelService>()
            .CreateAsync(
                core.App.Id,
                core.User.Id,
                null,
                name,
                AnnotationWriter.Id,
                new OutputDraft([], AnnotationWriter.Params(status, "owner")),
                default
            );

    private static async Task<IPage> OpenAsync(PortalProcess portal, string workflow)
    {
        var page = await Browser.SignedInAsync(portal);
        await OpenAsync(page, workflow);
        return page;
    }

    private static async Task OpenAsync(IPage page, string workflow)
    {
        await page.GotoAsync($"{Workflows}/{workflow}");
        await page.Locator("[data-canvas] .x6-graph-svg").WaitForAsync();
    }

    /// <summary>Drags a model out of the palette, so that its card's corner lands at a place in the canvas.</summary>
    private static async Task DragInAsync(IPage page, string model, float x, float y)
    {
        var before = await Cards(page).CountAsync();
        var stage = (await page.Locator("[data-canvas]").BoundingBoxAsync())!;
        await Palette(page, model).HoverAsync();
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(stage.X + x + 88, stage.Y + y + 48, new() { Steps = 8 });
        await page.Mouse.UpAsync();
        await Assertions.Expect(Cards(page)).ToHaveCountAsync(before + 1);
    }

    private static async Task ConnectAsync(IPage page, string from, string to)
    {
        var before = await Edges(page).CountAsync();
        await DrawAsync(page, from, to);
        await Assertions.Expect(Edges(page)).ToHaveCountAsync(before + 1);
    }

    /// <summary>The node's group in the drawing; its place is in the drawing's own units, whatever the zoom.</summary>
    private static ILocator Drawn(IPage page, string id) =>
        page.Locator(".x6-node").Filter(new() { Has = page.Locator($"[data-node='{id}']") });

    private static async Task<(int X, int Y)> PlaceAsync(IPage page, string id)
    {
        var numbers = (await Drawn(page, id).GetAttributeAsync("transform"))!["translate(".Length..^1].Split(',');
        return (
            int.Parse(numbers[0], CultureInfo.InvariantCulture),
            int.Parse(numbers[1], CultureInfo.InvariantCulture)
        );
    }

    /// <summary>Waits until the card's upper edge is drawn there, in pixels of the page.</summary>
    private static async Task MovedAsync(IPage page, string id, float y) =>
        await Wait.ForAsync(() => BoxAsync(page, id), box => Math.Abs(box.Y - y) <= 4);

    /// <summary>Where a card is once it is there; a card that is being drawn again has no place for a moment.</summary>
    private static async Task<LocatorBoundingBoxResult> BoxAsync(IPage page, string id) =>
        (await Wait.ForAsync(() => Card(page, id).BoundingBoxAsync(), box => box is not null))!;

    private static async Task DragAsync(IPage page, float fromX, float fromY, float toX, float toY)
    {
        await page.Mouse.MoveAsync(fromX, fromY);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(toX, toY, new() { Steps = 8 });
        await page.Mouse.UpAsync();
    }

    private static async Task DrawAsync(IPage page, string from, string to)
    {
        var start = (await Port(page, from, "out").BoundingBoxAsync())!;
        var end = (await Port(page, to, "in").BoundingBoxAsync())!;
        await DragAsync(
            page,
            start.X + start.Width / 2,
            start.Y + start.Height / 2,
            end.X + end.Width / 2,
            end.Y + end.Height / 2
        );
    }

    private static ILocator Palette(IPage page, string model) =>
        page.GetByRole(AriaRole.Navigation, new() { Name = "Models to add" })
            .GetByRole(AriaRole.Button, new() { Name = model, Exact = true });

    private static ILocator Cards(IPage page) => page.Locator("[data-canvas] [data-node]");

    private static ILocator Card(IPage page, string id) => page.Locator($"[data-canvas] [data-node='{id}']");

    private static ILocator Edges(IPage page) => page.Locator("[data-canvas] .x6-edge");

    private static ILocator Message(IPage page) => page.Locator("[data-message]");

    private static ILocator Port(IPage page, string id, string side) =>
        page.Locator("[data-canvas] .x6-node")
            .Filter(new() { Has = page.Locator($"[data-node='{id}']") })
            .Locator($"[port='{side}']")
            .First;
}
