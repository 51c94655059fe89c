using Bunit;
using Portal.Core.Data.Files;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Explorer;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Videos;
using Portal.Core.Services.Annotations;
using Portal.Core.Services.Explorer;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Videos;
using Portal.Features.Upload;
using Portal.Features.Videos;
using Portal.Tests.Support;
using TestContext = Xunit.TestContext;

namespace Portal.Tests.Videos;

/// <summary>Videos through the real ffmpeg.</summary>
public sealed class VideoTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_frame_is_an_input_with_the_content_of_its_time()
    {
        await using var host = await TestVideos.HostAsync(("Videos:SampleEvery", "00:00:05"));
        var path = SharedData.Require("video", "vtest_20s.mp4");

        var video = await host.AcceptVideoAsync(path, "walk");
        var frames = (await host.SampledAsync(video.ExternalId)).Frames;

        Assert.Equal([0, 5000, 10000, 15000], frames.Select(f => f.TimeMs));
        Assert.Equal(
            ["walk-0000000", "walk-0005000", "walk-0010000", "walk-0015000"],
            frames.Select(f => f.Input.ExternalId)
        );
        Assert.All(frames, f => Assert.Equal((768, 576), (f.Input.Width, f.Input.Height)));
        // Ten frames a second: the frame at 10 s is the hundred-and-first, found by its number and not by seeking.
        var expected = await TestVideos.PixelsAsync("-i", path, "-vf", "select=eq(n\\,100)");
        var other = await TestVideos.PixelsAsync("-i", path, "-vf", "select=eq(n\\,110)");
        var taken = await TestVideos.PixelsAsync("-i", host.Get<BlobStore>().PathOf(frames[2].Input.ContentHash));
        Assert.True(Difference(expected, taken) < 3, $"differs by {Difference(expected, taken):0.0} grey levels");
        Assert.True(Difference(other, taken) > 2 * Difference(expected, taken), "a frame one second later is as near");
    }

    [Fact]
    public async Task A_long_video_gives_no_more_frames_than_allowed()
    {
        await using var host = await TestVideos.HostAsync(("Videos:MaxFrames", "3"));

        var video = await host.AcceptVideoAsync(SharedData.Require("video", "vtest_10s.webm"), "short");

        Assert.Equal("video/webm", video.MediaType);
        Assert.Equal(3, (await host.SampledAsync(video.ExternalId)).Frames.Count);
    }

    [Fact]
    public async Task Frames_at_changes_of_scene_are_the_first_of_each_scene()
    {
        await using var host = await TestVideos.HostAsync(("Videos:SampleEvery", "00:00:00.100"));

        var video = await host.AcceptVideoAsync(
            await TestVideos.OfColoursAsync(1.5, "red", "blue", "yellow"),
            "cuts",
            FrameSampling.Scenes
        );
        var (sampled, frames) = await host.SampledAsync(video.ExternalId);

        Assert.Null(video.FrameCount);
        Assert.Equal([0, 1500, 3000], frames.Select(f => f.TimeMs));
        Assert.Equal((3, null), (sampled.FrameCount, sampled.Problem));
        var colours = await Task.WhenAll(
            frames.Select(f => TestVideos.PixelsAsync("-i", host.Get<BlobStore>().PathOf(f.Input.ContentHash)))
        );
        // Grey levels of pure red, blue and yellow: 0.299, 0.114 and 0.886 of 255.
        Assert.All(
            colours.Select(c => c[0]).Zip([76, 29, 226]),
            grey => Assert.InRange(grey.First, grey.Second - 8, grey.Second + 8)
        );
    }

    [Fact]
    public async Task Of_too_many_scenes_the_clearest_are_taken()
    {
        await using var host = await TestVideos.HostAsync(("Videos:MaxFrames", "2"));

        await host.AcceptVideoAsync(
            await TestVideos.OfColoursAsync(0.5, "red", "blue", "green", "white"),
            "cuts",
            FrameSampling.Scenes
        );

        // To white it is further than between two colours.
        Assert.Equal([0, 1500], (await host.SampledAsync("cuts")).Frames.Select(f => f.TimeMs));
    }

    [Theory]
    [InlineData("scenes", null)]
    [InlineData("2.5", 2500)]
    [InlineData("0.01", 10)]
    [InlineData("3600", 3_600_000)]
    public void Which_frames_to_take_is_said_in_a_word(string text, int? everyMs)
    {
        Assert.Equal(new FrameSampling(everyMs), FrameSampling.Parse(text));
        Assert.Equal(text, FrameSampling.Parse(text).ToString());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("3601")]
    [InlineData("NaN")]
    [InlineData("often")]
    public void Other_words_are_refused_with_those_that_are_known(string text) =>
        Assert.Contains(
            "\"scenes\"",
            Assert.Throws<PortalException>(() => FrameSampling.Parse(text)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public async Task What_a_video_holds_is_what_its_frames_say()
    {
        await using var host = await TestVideos.HostAsync(("Videos:SampleEvery", "00:00:05"));
        var (walker, stroller) = (await host.ConceptAsync("walker"), await host.ConceptAsync("stroller"));
        await host.AcceptVideoAsync(SharedData.Require("video", "vtest_20s.mp4"), "walk");
        var inputs = (await host.SampledAsync("walk")).Frames.Select(f => f.Input.Id).ToList();

        await host.Get<DecisionService>()
            .DecideAsync(
                host.App.Id,
                host.User.Id,
                [
                    new NewDecision(inputs[1], walker.Id, true),
                    new NewDecision(inputs[2], walker.Id, true),
                    new NewDecision(inputs[2], stroller.Id, false),
                ],
                Ct
            );

        var tag = Assert.Single((await host.Get<VideoService>().GetDetailsAsync(host.App.Id, "walk", Ct)).Tags);
        Assert.Equal(("walker", 2), (tag.ConceptId, tag.Settled));
        Assert.Equal([5000, 10000], tag.Marks.Select(m => m.Frame.TimeMs));
    }

    [Fact]
    public async Task A_deleted_video_takes_its_frames_with_it_and_brings_them_back()
    {
        await using var host = await TestVideos.HostAsync(("Videos:SampleEvery", "00:00:10"));
        var videos = host.Get<VideoService>();
        var video = await host.AcceptVideoAsync(SharedData.Require("video", "vtest_20s.mp4"), "walk");
        await host.SampledAsync(video.ExternalId);
        await host.Get<InputService>().DeleteAsync(host.App.Id, "walk-0010000", Ct);
        var own = await host.AcceptAsync(1);

        await videos.DeleteAsync(host.App.Id, "walk", Ct);

        var visible = await host.Get<InputQueries>().FindAsync(host.App.Id, new InputFilter(), Ct);
        Assert.Equal([own.Id], visible.Keys(0, visible.Count));
        Assert.Empty(await videos.ListAsync(host.App.Id, 0, 10, Ct));
        await videos.RestoreAsync(host.App.Id, video.Id, Ct);
        // What was deleted before the video stays deleted.
        Assert.Equal(
            ["walk-0000000"],
            (await videos.GetDetailsAsync(host.App.Id, "walk", Ct)).Frames.Select(f => f.Input.ExternalId)
        );
        Assert.Equal(
            1,
            await host.Get<InputQueries>().CountAsync(host.App.Id, new InputFilter { VideoId = video.Id }, Ct)
        );
    }

    [Fact]
    public async Task Without_ffmpeg_a_video_is_refused_with_the_command_that_installs_it()
    {
        using var empty = new TemporaryFolder();
        await using var host = await CoreHost.StartAsync(null, true, null, ("Videos:ProgramFolder", empty.Path));

        var refusal = await Assert.ThrowsAsync<PortalException>(() =>
            host.AcceptVideoAsync("\0\0\0\u0018ftypisom"u8.ToArray(), "video")
        );

        Assert.Contains("apt-get install ffmpeg", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_ffmpeg_the_pages_promise_no_videos_and_say_what_to_install()
    {
        using var empty = new TemporaryFolder();
        await using var host = await PageHost.StartAsync(("Videos:ProgramFolder", empty.Path));

        var (upload, videos) = (host.Context.Render<UploadPage>(), host.Context.Render<VideosPage>());

        Assert.DoesNotContain("videos", upload.Find(".target").TextContent, StringComparison.Ordinal);
        Assert.Empty(upload.FindAll("[data-frames]"));
        Assert.Contains("sudo apt-get install ffmpeg", upload.Markup, StringComparison.Ordinal);
        videos.WaitForAssertion(
            () =>
                Assert.Contains(
                    "sudo apt-get install ffmpeg",
                    videos.Find(".empty").TextContent,
                    StringComparison.Ordinal
                ),
            TimeSpan.FromSeconds(30)
        );
    }

    private static double Difference(byte[] one, byte[] other)
    {
        Assert.Equal(one.Length, other.Length);
        return one.Zip(other, (a, b) => Math.Abs(a - b)).Average();
    }
}
