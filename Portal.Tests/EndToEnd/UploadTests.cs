using System.Globalization;
using Microsoft.Playwright;
using Portal.Tests.Support;

namespace Portal.Tests.EndToEnd;

/// <summary>
/// Many files dropped on a portal that is killed in the middle, then a folder with labels. PORTAL_TEST_UPLOADS sets how
/// many; 2,000 take minutes on two cores.
/// </summary>
public class UploadTests
{
    private const int Bad = 20;

    /// <summary>Drops what <c>transfer</c> holds, once the page takes drops.</summary>
    private const string Drop = """
        const send = type => document.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
        while (send('dragover')) await new Promise(resolve => setTimeout(resolve, 50));
        send('drop');
        """;

    private static readonly int Files = int.Parse(
        Environment.GetEnvironmentVariable("PORTAL_TEST_UPLOADS") ?? "200",
        CultureInfo.InvariantCulture
    );
    private static readonly float Limit = 60_000 + Files * 300;

    [Fact]
    public async Task Every_dropped_file_arrives_once_or_is_refused_with_a_reason_although_the_portal_is_killed_meanwhile()
    {
        using var folder = new TemporaryFolder();
        var portal = await PortalProcess.StartAsync(folder.Path, 0, "--Embedder:Side=96");
        using (var client = portal.Client())
        {
            await client
                .SendAsync(HttpMethod.Post, "users/me/apps", new { apps = new[] { new { id = "park" } } })
                .OkAsync();
        }

        var page = await Browser.SignedInAsync(portal);
        await page.GotoAsync("/apps/owner/park/upload");

        await DropAsync(page);
        await page.WaitForFunctionAsync(
            "least => Number(document.querySelector('[data-headline]').textContent.split(' ')[0].replace(/\\D/g, "
                + "'')) >= least",
            Files / 4,
            new() { Timeout = Limit }
        );
        await portal.KillAsync();
        await portal.DisposeAsync();
        await Assertions.Expect(page.Locator("[data-away]")).ToContainTextAsync("goes on by itself");
        await page.KeepAsync("upload-away");
        await using var again = await PortalProcess.StartAsync(
            folder.Path,
            portal.Address.Port,
            "--Embedder:Side=96",
            "--Videos:ProgramFolder=" + folder.Path
        );

        // When all has arrived, the page, whose circuit is gone, comes back by itself and still knows what was refused.
        await Assertions
            .Expect(page.Locator("[data-headline]"))
            .ToHaveTextAsync($"{Bad} refused in the last upload", new() { Timeout = Limit });
        await Assertions
            .Expect(page.Locator(".file[data-state=refused] .reason").First)
            .ToContainTextAsync("not an image");
        await page.KeepAsync("upload-refused");
        using var owner = again.Client();
        Assert.Equal((Files - Bad, 0, 0), await owner.WorkedOffAsync("park"));

        await UploadFolderAsync(page, folder.Path);
        Assert.Equal((Files - Bad + 6, 0, 0), await owner.WorkedOffAsync("park"));
        var concepts = (await owner.SendAsync(HttpMethod.Get, "users/me/apps/park/concepts", null).OkAsync())[
            "concepts"
        ];
        Assert.Equal(
            ["bike_rider", "cat"],
            concepts.EnumerateArray().Select(c => c.GetProperty("id").GetString()!).Order()
        );
        var labels = (await owner.SendAsync(HttpMethod.Get, "users/me/apps/park/annotations", null).OkAsync())[
            "annotations"
        ];
        Assert.Equal(
            ["bike_rider", "bike_rider", "cat", "cat", "cat", "cat"],
            labels
                .EnumerateArray()
                .Select(a => a.GetProperty("data").GetProperty("concepts")[0].GetProperty("id").GetString()!)
                .Order()
        );
        await RefuseVideoAsync(page);
    }

    /// <summary>
    /// A video that the portal has no ffmpeg for is refused where it is dropped, before the Upload page has told the
    /// browser of it.
    /// </summary>
    private static async Task RefuseVideoAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Clear the list" }).ClickAsync();
        await page.GotoAsync(page.Url.Replace("/upload", "/explorer", StringComparison.Ordinal));
        var sent = 0;
        page.Request += (_, request) =>
            sent += request.Url.Contains("/inputs/upload", StringComparison.Ordinal) ? 1 : 0;
        await page.EvaluateAsync(
            $$"""
            async () => {
              const transfer = new DataTransfer();
              transfer.items.add(new File(['\0\0\0\u0018ftypisom'], 'video.mp4'));
              {{Drop}}
            }
            """
        );
        await Assertions
            .Expect(
                page.Locator(".file[data-state=refused] .reason")
                    .Filter(new() { HasText = "sudo apt-get install ffmpeg" })
            )
            .ToHaveCountAsync(1);
        await page.KeepAsync("upload-no-ffmpeg");
        Assert.Equal(0, sent);
    }

    /// <summary>
    /// Drops pictures that the browser draws, and texts that say they are pictures, once the page takes drops.
    /// </summary>
    private static async Task DropAsync(IPage page) =>
        await page.EvaluateAsync(
            $$"""
            async ([files, bad]) => {
              const canvas = new OffscreenCanvas(16, 16);
              const pen = canvas.getContext('2d');
              const transfer = new DataTransfer();
              for (let i = 0; i < files; i++) {
                pen.fillStyle = `rgb(${i % 256} ${(i >> 8) % 256} 128)`;
                pen.fillRect(0, 0, 16, 16);
                const isBad = i % Math.floor(files / bad) === 0 && i / Math.floor(files / bad) < bad;
                const content = isBad ? `This is no picture, ${i}.` : await canvas.convertToBlob({ type: 'image/png' });
                transfer.items.add(new File([content], `${i}.png`, { lastModified: 1 }));
              }
              {{Drop}}
            }
            """,
            new[] { Files, Bad }
        );

    private static async Task UploadFolderAsync(IPage page, string root)
    {
        var tree = Directory.CreateDirectory(Path.Combine(root, "tree")).FullName;
        foreach (var (name, seeds) in new[] { ("cat", Enumerable.Range(1, 4)), ("Bike rider", Enumerable.Range(5, 2)) })
        {
            Directory.CreateDirectory(Path.Combine(tree, name));
            foreach (var seed in seeds)
            {
                await File.WriteAllBytesAsync(
                    Path.Combine(tree, name, $"{seed}.png"),
                    Pictures.Any(seed),
                    TestContext.Current.CancellationToken
                );
            }
        }
        await page.GetByLabel("Folder names are concepts").CheckAsync();
        await page.Locator("input[webkitdirectory]").SetInputFilesAsync(tree);
        var go = page.GetByRole(AriaRole.Button, new() { Name = "Make 2 concepts and upload 6 files" });
        await go.WaitForAsync();
        await page.KeepAsync("upload-folders");
        await go.ClickAsync();
        await Assertions
            .Expect(page.Locator("[data-headline]"))
            .ToHaveTextAsync("6 uploaded", new() { Timeout = 60_000 });
        await page.KeepAsync("upload-folders-done");
    }
}
