using Microsoft.Playwright;
using Portal.Tests.Support;

namespace Portal.Tests.EndToEnd;

/// <summary>A video in the browser: chosen, turned into frames, and seen with the tags they got.</summary>
public sealed class VideoTests
{
    [Fact]
    public async Task A_video_becomes_frames_whose_tags_stand_on_its_timeline_and_plays()
    {
        var video = SharedData.Require("video", "vtest_20s.mp4");
        using var folder = new TemporaryFolder();
        await using var portal = await PortalProcess.StartAsync(folder.Path, 0, "--Embedder:Side=96");
        using var client = portal.Client();
        await client
            .SendAsync(HttpMethod.Post, "users/me/apps", new { apps = new[] { new { id = "park" } } })
            .OkAsync();
        await client
            .SendAsync(
                HttpMethod.Post,
                "users/me/apps/park/concepts",
                new { concepts = new[] { new { id = "walker" } } }
            )
            .OkAsync();
        var page = await Browser.SignedInAsync(portal);

        await UploadAsync(page, video, folder.Write("broken.mp4", "\0\0\0\u0018ftypisom"u8.ToArray()));

        await page.GotoAsync("/apps/owner/park/videos");
        await page.GetByRole(AriaRole.Link, new() { Name = "vtest_20s.mp4", Exact = true }).ClickAsync();
        var frames = page.GetByRole(AriaRole.List, new() { Name = "Frames" }).GetByRole(AriaRole.Listitem);
        await Assertions.Expect(frames).ToHaveCountAsync(4);
        await frames.Nth(2).GetByRole(AriaRole.Link).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "0:10 in vtest_20s.mp4" }).WaitForAsync();
        var input = new Uri(page.Url).Segments[^1];
        await client
            .SendAsync(
                HttpMethod.Post,
                "users/me/apps/park/annotations",
                new
                {
                    annotations = new[]
                    {
                        new { input_id = input, data = new { concepts = new[] { new { id = "walker", value = 1 } } } },
                    },
                }
            )
            .OkAsync();

        await InTheFramesPlaceAsync(page);

        // The video's page comes back at the frame's time; its mark leads there again.
        await page.GetByRole(AriaRole.Link, new() { Name = "0:10 in vtest_20s.mp4" }).ClickAsync();
        var mark = page.GetByRole(AriaRole.Button, new() { Name = "walker, 0:10, success" });
        await mark.WaitForAsync();
        await AtAsync(page, 10);
        await page.GetByRole(AriaRole.Button, new() { Name = "Go to 0:05" }).ClickAsync();
        await AtAsync(page, 5);
        await mark.ClickAsync();
        await AtAsync(page, 10);
        await page.KeepAsync("video");
        await page.EvaluateAsync(
            "() => { const video = document.querySelector('video'); video.muted = true; return video.play(); }"
        );
        await page.WaitForFunctionAsync("() => document.querySelector('video').currentTime > 10.5");

        // Whoever is quicker than the player's script loses nothing.
        var clicked = new TaskCompletionSource();
        await page.RouteAsync(
            "**/VideoElement.razor.js",
            async route =>
            {
                await clicked.Task;
                await route.ContinueAsync();
            }
        );
        await page.ReloadAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Go to 0:05" }).ClickAsync();
        clicked.SetResult();
        await AtAsync(page, 5);
    }

    /// <summary>
    /// All by keys: the video instead of the frame, playing, the frame after it, and the frame at hand again.
    /// </summary>
    private static async Task InTheFramesPlaceAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Show the video" }).WaitForAsync();
        await page.Keyboard.PressAsync("g");
        await page.GetByRole(AriaRole.Button, new() { Name = "walker, 0:10, success" }).WaitForAsync();
        await AtAsync(page, 10);
        await page.KeepAsync("input-video");
        await page.EvaluateAsync("() => { document.querySelector('video').muted = true; }");
        await page.Keyboard.PressAsync(" ");
        await page.WaitForFunctionAsync("() => document.querySelector('video').currentTime > 10.5");
        await page.Keyboard.PressAsync(" ");
        await page.WaitForFunctionAsync("() => document.querySelector('video').paused");

        await page.Keyboard.PressAsync("ArrowRight");
        await page.GetByRole(AriaRole.Link, new() { Name = "0:15 in vtest_20s.mp4" }).WaitForAsync();
        await AtAsync(page, 15);
        // A focused player keeps its arrows; a mark leads to its frame.
        await page.Locator("video").FocusAsync();
        await page.Keyboard.PressAsync("ArrowLeft");
        await page.WaitForFunctionAsync("() => document.querySelector('video').currentTime < 15");
        await page.GetByRole(AriaRole.Link, new() { Name = "walker, 0:10, success" }).PressAsync("Enter");
        await page.GetByRole(AriaRole.Link, new() { Name = "0:10 in vtest_20s.mp4" }).WaitForAsync();
        await AtAsync(page, 10);
    }

    private static async Task UploadAsync(IPage page, string video, string broken)
    {
        await page.GotoAsync("/apps/owner/park/upload");
        await page.GetByLabel("Frames of a video").SelectOptionAsync("5");
        await page.Locator("[data-pick]").First.SetInputFilesAsync([video, broken]);
        await Assertions.Expect(page.Locator("[data-headline]")).ToHaveTextAsync("1 uploaded");
        await Assertions.Expect(page.Locator(".file[data-state=refused] .reason")).ToContainTextAsync("damaged");
        await page.KeepAsync("upload-video");
    }

    private static async Task AtAsync(IPage page, double seconds) =>
        await page.WaitForFunctionAsync(
            "at => { const video = document.querySelector('video'); return video.readyState > 0 && "
                + "Math.abs(video.currentTime - at) < 0.2; }",
            seconds
        );
}
