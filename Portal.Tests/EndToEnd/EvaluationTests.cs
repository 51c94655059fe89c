using System.Globalization;
using Microsoft.Playwright;
using Portal.Tests.Support;

namespace Portal.Tests.EndToEnd;

/// <summary>From training to thresholds, by clicking.</summary>
public sealed class EvaluationTests
{
    private const string Home = "/apps/owner/park";

    [Fact]
    public async Task A_trained_model_is_evaluated_and_its_suggested_thresholds_make_the_band()
    {
        var pictures = TutorialPictures.Load(labelled: 40, later: 10);
        using var folder = new TemporaryFolder();
        await using var portal = await PortalProcess.StartAsync(folder.Path);
        await PrepareAsync(portal, pictures);
        var page = await Browser.SignedInAsync(portal);
        await page.GotoAsync(Home + "/models/activities");
        await page.GetByRole(AriaRole.Button, new() { Name = "Train", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "See how good it is" })
            .ClickAsync(new() { Timeout = 120_000 });

        await MoveThresholdAsync(page);
        await OpenConfusionAsync(page);
        await CorrectALabelAsync(page);
        await SuggestAsync(page);
        await BuildBandAsync(page);
    }

    private static async Task PrepareAsync(
        PortalProcess portal,
        IReadOnlyDictionary<string, (IReadOnlyList<string> Labelled, IReadOnlyList<string> Later)> pictures
    )
    {
        const string app = "users/me/apps/park";
        using var client = portal.Client();
        await client
            .SendAsync(HttpMethod.Post, "users/me/apps", new { apps = new[] { new { id = "park", name = "Park" } } })
            .OkAsync();
        await client
            .SendAsync(HttpMethod.Post, $"{app}/concepts", new { concepts = pictures.Keys.Select(id => new { id }) })
            .OkAsync();
        foreach (var (concept, files) in pictures)
        {
            foreach (
                var batch in files
                    .Labelled.Select(file => (file, true))
                    .Concat(files.Later.Select(file => (file, false)))
                    .Chunk(25)
            )
            {
                await client
                    .SendAsync(
                        HttpMethod.Post,
                        $"{app}/inputs",
                        new
                        {
                            inputs = batch.Select(item => new
                            {
                                data = new
                                {
                                    image = new { base64 = Convert.ToBase64String(File.ReadAllBytes(item.file)) },
                                    concepts = item.Item2 ? new[] { new { id = concept, value = 1 } } : null,
                                },
                            }),
                        }
                    )
                    .OkAsync();
            }
        }
        await client
            .SendAsync(
                HttpMethod.Post,
                $"{app}/models",
                new
                {
                    model = new
                    {
                        id = "activities",
                        name = "Activities",
                        output_info = new { data = new { concepts = pictures.Keys.Select(id => new { id }) } },
                    },
                }
            )
            .OkAsync();
    }

    private static async Task MoveThresholdAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Table).First.WaitForAsync();
        await Assertions.Expect(page.Locator("[data-show=threshold]")).ToHaveTextAsync("0.50");
        await page.KeepAsync("evaluation");
        await page.GetByLabel("Threshold of", new() { Exact = false }).FillAsync("100");
        await Assertions.Expect(page.Locator("[data-show=accepted]")).ToHaveTextAsync("0%");
        await Assertions.Expect(page.Locator("[data-show=precision]")).ToHaveTextAsync("–");
    }

    private static async Task OpenConfusionAsync(IPage page)
    {
        var matrix = page.GetByRole(AriaRole.Region, new() { Name = "Confusion matrix" });
        var cell = matrix.Locator("td.right a").First;
        var count = int.Parse(await cell.InnerTextAsync(), CultureInfo.InvariantCulture);
        await cell.ClickAsync();
        await Assertions.Expect(page.Locator("#cell img")).ToHaveCountAsync(count);
        await page.Locator("#cell").ScrollIntoViewIfNeededAsync();
        await page.KeepAsync("evaluation-confusion");
    }

    private static async Task CorrectALabelAsync(IPage page)
    {
        var mistake = page.GetByRole(AriaRole.Region, new() { Name = "Surest mistakes" }).Locator("article").First;
        await mistake.ScrollIntoViewIfNeededAsync();
        var other = mistake.Locator("button[aria-pressed=false]");
        await Assertions.Expect(other).ToHaveCountAsync(1);
        await page.KeepAsync("evaluation-mistakes");
        var sent = page.WaitForResponseAsync(response => response.Url.EndsWith("/decisions", StringComparison.Ordinal));
        await other.ClickAsync();
        Assert.Equal(200, (await sent).Status);
        await Assertions.Expect(mistake).ToHaveAttributeAsync("data-corrected", "");
    }

    private static async Task SuggestAsync(IPage page)
    {
        await page.GetByLabel("Errors allowed").SelectOptionAsync("0.2");
        await page.GetByRole(AriaRole.Button, new() { Name = "Suggest thresholds" }).ClickAsync();
        var card = page.GetByRole(AriaRole.Region, new() { Name = "Suggested thresholds" });
        await card.GetByRole(AriaRole.Table).WaitForAsync();
        await card.ScrollIntoViewIfNeededAsync();
        await page.KeepAsync("evaluation-suggested");
        await card.GetByRole(AriaRole.Button, new() { Name = "Use in a workflow" }).ClickAsync();
    }

    private static async Task BuildBandAsync(IPage page)
    {
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Errors allowed").SelectOptionAsync("0.2");
        await page.KeepAsync("evaluation-band");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Make the workflow" }).ClickAsync();
        await page.WaitForURLAsync("**/workflows/**");
        await Assertions.Expect(page.Locator("body")).ToContainTextAsync("Where a score goes");
    }
}
