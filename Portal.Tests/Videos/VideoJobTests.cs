using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Jobs;
using Portal.Core.Domain.Videos;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Jobs;
using Portal.Core.Services.Videos;
using Portal.Tests.Support;

namespace Portal.Tests.Videos;

/// <summary>Taking frames, stopped in the middle and begun again.</summary>
public sealed class VideoJobTests
{
    // 20 frames, a process each: time enough to stop in between.
    private static readonly FrameSampling Many = new(1000);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_second_start_takes_only_the_frames_that_are_missing()
    {
        await using var host = await TestVideos.HostAsync(("Videos:SampleEvery", "00:00:05"));
        var video = await host.AcceptVideoAsync(SharedData.Require("video", "vtest_20s.mp4"), "walk");
        var before = (await host.SampledAsync(video.ExternalId))
            .Frames.Select(f => (f.Input.Id, f.Input.ExternalId))
            .ToList();
        await using (var db = host.Db())
        {
            // As if the portal had been killed after the second frame; the fourth was deleted by a person.
            await db.Inputs.Where(i => i.ExternalId == "walk-0010000").ExecuteDeleteAsync(Ct);
        }
        await host.Get<InputService>().DeleteAsync(host.App.Id, "walk-0015000", Ct);

        var handler = host.Get<IEnumerable<IJobHandler>>().Single(h => h.Kind == JobKinds.Video);
        await using (var db = host.Db())
        {
            await handler.RunAsync(await db.Jobs.SingleAsync(j => j.Kind == JobKinds.Video, Ct), new JobProgress(), Ct);
        }

        var after = (await host.Get<VideoService>().GetDetailsAsync(host.App.Id, "walk", Ct))
            .Frames.Select(f => (f.Input.Id, f.Input.ExternalId))
            .ToList();
        Assert.Equal(["walk-0000000", "walk-0005000", "walk-0010000"], after.Select(f => f.ExternalId));
        Assert.Equal(before.Take(2), after.Take(2));
    }

    [Fact]
    public async Task A_cancelled_video_keeps_its_frames_says_so_and_takes_the_others_when_asked()
    {
        await using var host = await TestVideos.HostAsync();
        var videos = host.Get<VideoService>();
        await host.AcceptVideoAsync(SharedData.Require("video", "vtest_20s.mp4"), "walk", Many);
        var job = await JobAsync(host, j => j.Done >= 2);

        await host.Get<JobService>().CancelAsync(host.App.Id, job.ExternalId, Ct);

        var (video, frames) = await host.SampledAsync("walk");
        Assert.InRange(frames.Count, 2, 19);
        Assert.Contains("cancelled", video.Problem, StringComparison.Ordinal);
        await videos.TakeFramesAsync(host.App.Id, "walk", Ct);
        // Asked twice, it is begun once.
        await videos.TakeFramesAsync(host.App.Id, "walk", Ct);
        var whole = await host.SampledAsync("walk");
        Assert.Equal((20, null), (whole.Frames.Count, whole.Video.Problem));
        await using var db = host.Db();
        Assert.Equal(2, await db.Jobs.CountAsync(j => j.Kind == JobKinds.Video, Ct));
    }

    [Fact]
    public async Task A_portal_that_ended_in_the_middle_takes_the_other_frames_at_its_next_start()
    {
        using var folder = new TemporaryFolder();
        var path = SharedData.Require("video", "vtest_20s.mp4");
        await using (var host = await CoreHost.StartAsync(folder.Path))
        {
            await host.AcceptVideoAsync(path, "walk", Many);
            await JobAsync(host, j => j.Done >= 2);
        }

        await using var again = await CoreHost.StartAsync(folder.Path);
        var (video, frames) = await again.SampledAsync("walk");

        Assert.Null(video.Problem);
        Assert.Equal(Enumerable.Range(0, 20).Select(n => n * 1000), frames.Select(f => f.TimeMs));
    }

    [Fact]
    public async Task An_id_that_a_person_used_costs_that_frame_alone()
    {
        await using var host = await TestVideos.HostAsync();
        await host.Get<InputService>()
            .AcceptAsync(
                host.App.Id,
                host.User.Id,
                new NewInput("walk-0005000"),
                new MemoryStream(Pictures.Any(1)),
                Ct
            );

        await host.AcceptVideoAsync(SharedData.Require("video", "vtest_20s.mp4"), "walk", new FrameSampling(5000));
        var (video, frames) = await host.SampledAsync("walk");

        Assert.Equal([0, 10000, 15000], frames.Select(f => f.TimeMs));
        Assert.Contains("walk-0005000", video.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Videos_have_a_lane_of_their_own() =>
        Assert.Equal(JobLane.Video, ((IJobHandler)RuntimeHelpers.GetUninitializedObject(typeof(VideoJob))).Lane);

    private static Task<Job> JobAsync(CoreHost host, Func<Job, bool> condition) =>
        Wait.ForAsync(
            async () =>
            {
                await using var db = host.Db();
                return await db.Jobs.AsNoTracking().SingleAsync(j => j.Kind == JobKinds.Video, Ct);
            },
            condition
        );
}
