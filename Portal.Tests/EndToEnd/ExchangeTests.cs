using Microsoft.Playwright;
using Portal.Tests.Support;

namespace Portal.Tests.EndToEnd;

/// <summary>Out of one app and into a second, by clicking.</summary>
public sealed class ExchangeTests
{
    private static readonly string[] Concepts = ["cat", "dog"];

    [Fact]
    public async Task What_is_exported_on_the_page_is_imported_into_a_second_app()
    {
        using var folder = new TemporaryFolder();
        await using var portal = await PortalProcess.StartAsync(folder.Path);
        using var client = portal.Client();
        await client
            .SendAsync(
                HttpMethod.Post,
                "users/me/apps",
                new { apps = new[] { new { id = "park" }, new { id = "copy" } } }
            )
            .OkAsync();
        await client
            .SendAsync(
                HttpMethod.Post,
                "users/me/apps/park/concepts",
                new { concepts = Concepts.Select(id => new { id }) }
            )
            .OkAsync();
        await client
            .SendAsync(
                HttpMethod.Post,
                "users/me/apps/park/inputs",
                new
                {
                    inputs = Enumerable
                        .Range(0, 6)
                        .Select(n => new
                        {
                            id = $"picture-{n}",
                            data = new
                            {
                                image = new { base64 = Convert.ToBase64String(Pictures.Any(n)) },
                                concepts = new[] { new { id = Concepts[n % 2], value = n < 4 ? 1 : 0 } },
                            },
                        }),
                }
            )
            .OkAsync();
        var page = await Browser.SignedInAsync(portal);

        var zip = Path.Combine(folder.Path, "export.zip");
        await ExportAsync(page, zip);
        await ImportAsync(page, zip);

        Assert.Equal(await LabelsAsync(client, "park"), await LabelsAsync(client, "copy"));
    }

    private static async Task ExportAsync(IPage page, string path)
    {
        await page.GotoAsync("/apps/owner/park/explorer");
        await page.GetByRole(AriaRole.Link, new() { Name = "Export", Exact = true }).ClickAsync();
        var card = page.GetByRole(AriaRole.Region, new() { Name = "Export", Exact = true });
        await Assertions.Expect(card).ToContainTextAsync("6 inputs");
        await Assertions.Expect(card).ToContainTextAsync("Nothing is left out");
        await card.GetByLabel("Format").SelectOptionAsync("coco");
        await Assertions.Expect(card).ToContainTextAsync("2 ✗ labels are left out");
        await page.KeepAsync("exchange-export-losses");
        await card.GetByLabel("Format").SelectOptionAsync("jsonl");
        await card.GetByRole(AriaRole.Button, new() { Name = "Export", Exact = true }).ClickAsync();
        var link = page.GetByRole(AriaRole.Link, new() { Name = "Download: Export as JSON Lines" });
        var download = await page.RunAndWaitForDownloadAsync(() => link.ClickAsync());
        Assert.Equal("park-jsonl.zip", download.SuggestedFilename);
        await download.SaveAsAsync(path);
    }

    private static async Task ImportAsync(IPage page, string path)
    {
        await page.GotoAsync("/apps/owner/copy/exchange");
        var card = page.GetByRole(AriaRole.Region, new() { Name = "Import", Exact = true });
        await page.WaitForFunctionAsync("() => document.querySelector('[data-file]')");
        await page.KeepAsync("exchange-empty");
        await card.Locator("[data-file]").SetInputFilesAsync(path);
        await Assertions.Expect(card).ToContainTextAsync("6 pictures, 2 labels", new() { Timeout = 20_000 });
        await page.KeepAsync("exchange-import-preview");
        await card.GetByRole(AriaRole.Button, new() { Name = "Import", Exact = true }).ClickAsync();
        await Assertions
            .Expect(page.GetByText("6 new inputs, 6 tags written."))
            .ToBeVisibleAsync(new() { Timeout = 30_000 });
        await page.KeepAsync("exchange-imported");
        var report = await page.RunAndWaitForDownloadAsync(() =>
            page.GetByRole(AriaRole.Link, new() { Name = "Download: Import export.zip" }).ClickAsync()
        );
        Assert.Equal(7, (await File.ReadAllLinesAsync(await report.PathAsync())).Length);
    }

    private static async Task<List<string>> LabelsAsync(HttpClient client, string app)
    {
        var answer = await client.SendAsync(HttpMethod.Get, $"users/me/apps/{app}/annotations", null).OkAsync();
        return
        [
            .. answer["annotations"]
                .EnumerateArray()
                .Select(a => (Annotation: a, Concept: a.GetProperty("data").GetProperty("concepts")[0]))
                .Select(a =>
                    $"{a.Annotation.GetProperty("id")} {a.Annotation.GetProperty("input_id")} "
                    + $"{a.Concept.GetProperty("id")} {a.Concept.GetProperty("value")} "
                    + $"{a.Annotation.GetProperty("created_at")}"
                )
                .Order(),
        ];
    }
}
