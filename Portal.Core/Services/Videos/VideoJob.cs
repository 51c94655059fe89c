using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Core.Data;
using Portal.Core.Data.Files;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Jobs;
using Portal.Core.Domain.Videos;
using Portal.Core.Engines.Videos;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Jobs;

namespace Portal.Core.Services.Videos;

/// <summary>
/// Makes inputs of a video's frames, which run the default workflow like any other. A frame that is there already, or
/// was deleted, is not taken again.
/// </summary>
public sealed class VideoJob(
    IDbContextFactory<PortalDbContext> contexts,
    BlobStore blobs,
    Ffmpeg ffmpeg,
    InputService inputs,
    IOptions<VideoLimits> limits,
    TimeProvider clock,
    ChangeFeed changes
) : IJobHandler
{
    /// <param name="VideoId">Internal key.</param>
    public sealed record Parameters(long VideoId);

    public string Kind => JobKinds.Video;

    public JobLane Lane => JobLane.Video;

    public async Task<string> RunAsync(Job job, JobProgress progress, CancellationToken ct)
    {
        var videoId = JsonSerializer.Deserialize<Parameters>(job.Parameters)!.VideoId;
        await using var db = await contexts.CreateDbContextAsync(ct);
        var video = await db.Videos.AsNoTracking().SingleAsync(f => f.Id == videoId, ct);
        var taken = await db
            .Inputs.Where(i => i.VideoId == videoId)
            .Select(i => i.VideoTimeMs!.Value)
            .ToHashSetAsync(ct);
        var path = blobs.PathOf(video.ContentHash);
        var times = video.StepMs is { } step
            ? [.. Enumerable.Range(0, video.FrameCount!.Value).Select(number => number * step)]
            : await ScenesAsync(video, path, progress, ct);
        var (unread, refused) = (0, (string?)null);
        for (var number = 0; number < times.Count; number++)
        {
            progress.Report(number, times.Count, "Taking frames");
            if (taken.Contains(times[number]))
            {
                continue;
            }

            ct.ThrowIfCancellationRequested();
            if (await ffmpeg.FrameAsync(path, VideoType.Of(video.MediaType), times[number], ct) is not { } picture)
            {
                unread++;
                continue;
            }
            try
            {
                await AcceptAsync(video, times[number], picture, ct);
            }
            catch (PortalException e) when (e.Code == StatusCode.DuplicateId)
            {
                // A person gave the id to a picture of their own; the other frames are taken all the same.
                refused = e.Message;
            }
            catch (VideoDeletedException)
            {
                return "The video was deleted.";
            }
        }
        var problem =
            unread > 0
                ? $"{unread} of {times.Count} frames could not be read. The video may have been cut short."
                : refused;
        await FinishAsync(video, problem, ct);
        return problem ?? (times.Count == 1 ? "Took 1 frame." : $"Took {times.Count} frames.");
    }

    /// <summary>The frames taken so far stay.</summary>
    public async Task AbandonAsync(Job job, PortalException? reason, CancellationToken ct)
    {
        var videoId = JsonSerializer.Deserialize<Parameters>(job.Parameters)!.VideoId;
        await using var db = await contexts.CreateDbContextAsync(ct);
        if (await db.Videos.AsNoTracking().SingleOrDefaultAsync(f => f.Id == videoId, ct) is { } video)
        {
            await FinishAsync(video, reason?.Message ?? "Taking frames was cancelled.", ct);
        }
    }

    /// <summary>
    /// The video's beginning and its changes of scene, the clearest where there are too many; the same whenever they
    /// are looked for.
    /// </summary>
    private async Task<IReadOnlyList<int>> ScenesAsync(
        Video video,
        string path,
        JobProgress progress,
        CancellationToken ct
    )
    {
        progress.Report(0, 0, "Looking for changes of scene");
        var changed = await ffmpeg.SceneChangesAsync(path, VideoType.Of(video.MediaType), ct);
        var clearest = changed
            .Where(c => c.TimeMs > 0 && c.TimeMs < video.DurationMs)
            .OrderByDescending(c => c.Score)
            .ThenBy(c => c.TimeMs)
            .Take(limits.Value.MaxFrames - 1);
        IReadOnlyList<int> times = [.. clearest.Select(c => c.TimeMs).Append(0).Distinct().Order()];
        await using var db = await contexts.CreateDbContextAsync(ct);
        await db
            .Videos.Where(f => f.Id == video.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(f => f.FrameCount, times.Count), ct);
        return times;
    }

    private Task<Input> AcceptAsync(Video video, int timeMs, byte[] picture, CancellationToken ct)
    {
        var wanted = new NewInput(
            video.FrameIdAt(timeMs),
            FrameName(video, timeMs),
            Metadata: JsonNode.Parse(video.Metadata) as JsonObject,
            Frame: new VideoFrame(video.Id, timeMs)
        );
        return inputs.AcceptAsync(
            video.AppId,
            video.CreatedById,
            wanted,
            new MemoryStream(picture, writable: false),
            async (db, _) =>
            {
                // In the transaction that inserts the frame, so that a video is never deleted without it.
                if (await db.Videos.AnyAsync(f => f.Id == video.Id && f.DeletedAt != null, ct))
                {
                    throw new VideoDeletedException();
                }
            },
            ct
        );
    }

    private async Task FinishAsync(Video video, string? problem, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        await using var db = await contexts.CreateDbContextAsync(ct);
        await db
            .Videos.Where(f => f.Id == video.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(f => f.SampledAt, now).SetProperty(f => f.Problem, problem), ct);
        changes.Publish(video.AppId, ChangedNoun.Inputs);
    }

    /// <summary>Sorts by time: <c>clip 0-01-05.500.jpg</c>.</summary>
    private static string FrameName(Video video, int timeMs) =>
        string.Create(
                CultureInfo.InvariantCulture,
                $"{Path.GetFileNameWithoutExtension(video.FileName)} "
                    + $"{TimeSpan.FromMilliseconds(timeMs):h\\-mm\\-ss\\.fff}.jpg"
            )
            .TrimStart();

    private sealed class VideoDeletedException : Exception;
}
