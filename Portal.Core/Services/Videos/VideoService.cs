using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Core.Data;
using Portal.Core.Data.Files;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Ids;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Jobs;
using Portal.Core.Domain.Videos;
using Portal.Core.Engines.Videos;
using Portal.Core.Services.Annotations;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Jobs;

namespace Portal.Core.Services.Videos;

/// <summary>The way in for videos, and what is known of them.</summary>
public sealed class VideoService(
    IDbContextFactory<PortalDbContext> contexts,
    BlobStore blobs,
    Ffmpeg ffmpeg,
    IOptions<VideoLimits> limits,
    InputQuota quota,
    AnnotationService annotations,
    JobService jobs,
    InputSignal signal,
    IdGenerator ids,
    TimeProvider clock,
    ChangeFeed changes
)
{
    /// <summary>Leaves room for the time in a frame's id.</summary>
    private const int MaxIdLength = 115;

    /// <summary>
    /// Takes a video in: received whole, read by ffprobe, its first frame decoded, flushed to disk, then inserted with
    /// the job that takes its frames. When this returns, the video survives whatever is killed next.
    /// </summary>
    /// <exception cref="PortalException">The video is refused; nothing of it is kept.</exception>
    public async Task<Video> AcceptAsync(long appId, long userId, NewInput wanted, Stream content, CancellationToken ct)
    {
        ffmpeg.Require();
        var externalId = ids.ChosenOrNew(wanted.Id, "video");
        var metadata = InputService.Serialize(wanted.Metadata);
        var sampling = wanted.Frames ?? new FrameSampling((int)limits.Value.SampleEvery.TotalMilliseconds);
        if (externalId.Length > MaxIdLength)
        {
            throw new PortalException(
                StatusCode.InvalidRequest,
                $"A video's id has at most {MaxIdLength} characters: its frames' ids are made of it.",
                externalId
            );
        }

        if (wanted.Labels is { Count: > 0 })
        {
            throw new PortalException(
                StatusCode.InputInvalidArgument,
                "A video takes no labels: they would count for every frame. Upload it without, and label its frames."
            );
        }

        IncomingBlob? blob = null;
        try
        {
            await RefuseAsync(appId, externalId, null, ct);
            blob = await blobs.ReceiveAsync(content, limits.Value.Size, ct);
            var type = await TypeOfAsync(blob.Path, ct);
            var header = await ffmpeg.ProbeAsync(blob.Path, type, ct);
            if (await ffmpeg.FrameAsync(blob.Path, type, 0, ct) is null)
            {
                throw Ffmpeg.Damaged();
            }

            if (wanted.SkipDuplicate)
            {
                await RefuseAsync(appId, null, blob.Hash, ct);
            }

            using var room = await quota.TakeAsync(appId, blob.Length, ct);
            blobs.Keep(blob);
            int? step = sampling.EveryMs is { } every ? limits.Value.StepOf(every, header.DurationMs) : null;
            var video = await InsertAsync(
                new Video
                {
                    AppId = appId,
                    ExternalId = externalId,
                    CreatedById = userId,
                    ContentHash = blob.Hash,
                    ByteLength = blob.Length,
                    MediaType = type.MediaType,
                    Width = header.Width,
                    Height = header.Height,
                    DurationMs = header.DurationMs,
                    StepMs = step,
                    FrameCount = (header.DurationMs + step - 1) / step,
                    FileName = InputService.BaseName(wanted.FileName),
                    SourceUrl = wanted.SourceUrl,
                    Metadata = metadata,
                    CreatedAt = Now,
                },
                wanted.SkipDuplicate,
                ct
            );
            room.Keep();
            return video;
        }
        catch (Exception e)
        {
            if (blob is not null)
            {
                BlobStore.Discard(blob);
            }

            if (StorageFault.Of(e) is { } fault)
            {
                throw fault;
            }

            throw;
        }
    }

    public async Task<Video> GetAsync(long appId, string externalId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db
                .Videos.AsNoTracking()
                .SingleOrDefaultAsync(f => f.AppId == appId && f.ExternalId == externalId && f.DeletedAt == null, ct)
            ?? throw Missing(externalId);
    }

    /// <summary>The video an input is a frame of, or null.</summary>
    public async Task<Video?> OfAsync(Input input, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return input.VideoId is null
            ? null
            : await db
                .Videos.AsNoTracking()
                .SingleOrDefaultAsync(f => f.Id == input.VideoId && f.DeletedAt == null, ct);
    }

    /// <summary>
    /// The video with an id, or else the first that came from an address; null where there is neither.
    /// </summary>
    public async Task<Video?> FindAsync(long appId, string? externalId, string? address, CancellationToken ct)
    {
        if (externalId is null && address is null)
        {
            return null;
        }

        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db
            .Videos.AsNoTracking()
            .Where(f =>
                f.AppId == appId
                && f.DeletedAt == null
                && (f.ExternalId == externalId || (address != null && f.SourceUrl == address))
            )
            .OrderByDescending(f => f.ExternalId == externalId)
            .ThenBy(f => f.Id)
            .FirstOrDefaultAsync(ct);
    }

    /// <summary>The newest first.</summary>
    public async Task<IReadOnlyList<VideoView>> ListAsync(long appId, int skip, int take, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var videos = await db
            .Videos.AsNoTracking()
            .Where(f => f.AppId == appId && f.DeletedAt == null)
            .OrderByDescending(f => f.Id)
            .Skip(skip)
            .Take(take)
            .ToListAsync(ct);
        var keys = videos.Select(f => (long?)f.Id).ToList();
        var frames = await db
            .Inputs.Where(i => keys.Contains(i.VideoId) && i.VideoId != null && i.DeletedAt == null)
            .GroupBy(i => i.VideoId!.Value)
            .Select(g => new
            {
                g.Key,
                Count = g.Count(),
                First = g.Min(i => i.Id),
            })
            .ToDictionaryAsync(g => g.Key, ct);
        var firstKeys = frames.Values.Select(f => f.First).ToList();
        var first = await db
            .Inputs.AsNoTracking()
            .Where(i => firstKeys.Contains(i.Id))
            .ToDictionaryAsync(i => i.VideoId!.Value, ct);
        return
        [
            .. videos.Select(video => new VideoView(
                video,
                frames.GetValueOrDefault(video.Id)?.Count ?? 0,
                first.GetValueOrDefault(video.Id)
            )),
        ];
    }

    /// <summary>A video, its frames and what they say.</summary>
    public async Task<VideoDetails> GetDetailsAsync(long appId, string externalId, CancellationToken ct)
    {
        var video = await GetAsync(appId, externalId, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var frames = await db
            .Inputs.AsNoTracking()
            .Where(i => i.VideoId == video.Id && i.DeletedAt == null)
            .OrderBy(i => i.VideoTimeMs)
            .ToListAsync(ct);
        var said = await annotations.OfInputsAsync([.. frames.Select(i => i.Id)], ct);
        return new VideoDetails(video, [.. frames.Select(i => new FrameView(i, [.. said[i.Id]]))]);
    }

    /// <summary>Deletes a video and the frames it has; what was said of them comes back with it.</summary>
    public async Task<Video> DeleteAsync(long appId, string externalId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var video =
            await db.Videos.SingleOrDefaultAsync(
                f => f.AppId == appId && f.ExternalId == externalId && f.DeletedAt == null,
                ct
            ) ?? throw Missing(externalId);
        var now = Now;
        video.Hide(now);
        foreach (var frame in await db.Inputs.Where(i => i.VideoId == video.Id && i.DeletedAt == null).ToListAsync(ct))
        {
            frame.Hide(now);
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        changes.Publish(appId, ChangedNoun.Inputs);
        return video;
    }

    /// <summary>
    /// Brings a deleted video back, with the frames that went with it; frames that were not taken yet are taken.
    /// </summary>
    public async Task RestoreAsync(long appId, long videoId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var video = await db.Videos.SingleAsync(f => f.AppId == appId && f.Id == videoId, ct);
        if (video.DeletedAt is not { } deletedAt)
        {
            return;
        }

        video.Restore();
        foreach (
            var frame in await db.Inputs.Where(i => i.VideoId == videoId && i.DeletedAt == deletedAt).ToListAsync(ct)
        )
        {
            frame.Restore();
        }

        if (video.SampledAt is null)
        {
            AddJob(db, video);
        }

        await db.SaveOrRefuseAsync(() => Taken(video.ExternalId), ct);
        await transaction.CommitAsync(ct);
        jobs.Started(appId);
        signal.Wake();
        changes.Publish(appId, ChangedNoun.Inputs);
    }

    /// <summary>Takes the frames that a video lacks, after taking them failed or was cancelled.</summary>
    /// <exception cref="PortalException">There is no such video, or ffmpeg is not installed.</exception>
    public async Task TakeFramesAsync(long appId, string externalId, CancellationToken ct)
    {
        ffmpeg.Require();
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var video =
            await db.Videos.SingleOrDefaultAsync(
                f => f.AppId == appId && f.ExternalId == externalId && f.DeletedAt == null,
                ct
            ) ?? throw Missing(externalId);
        // They are being taken already.
        if (video.SampledAt is null)
        {
            return;
        }

        (video.SampledAt, video.Problem) = (null, null);
        AddJob(db, video);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        jobs.Started(appId);
        changes.Publish(appId, ChangedNoun.Inputs);
    }

    private async Task<Video> InsertAsync(Video video, bool skipDuplicate, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // Asked again where nobody else can insert in between.
        if (skipDuplicate)
        {
            await RefuseAsync(db, video.AppId, null, video.ContentHash, ct);
        }

        db.Videos.Add(video);
        await db.SaveOrRefuseAsync(() => Taken(video.ExternalId), ct);
        AddJob(db, video);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        jobs.Started(video.AppId);
        changes.Publish(video.AppId, ChangedNoun.Inputs);
        return video;
    }

    private void AddJob(PortalDbContext db, Video video) =>
        jobs.Add(
            db,
            video.AppId,
            video.CreatedById,
            JobKinds.Video,
            $"Frames of {(video.FileName.Length > 0 ? video.FileName : video.VisibleId())}",
            new VideoJob.Parameters(video.Id)
        );

    private static async Task<VideoType> TypeOfAsync(string path, CancellationToken ct)
    {
        var head = new byte[VideoType.HeadLength];
        await using var file = File.OpenRead(path);
        var length = await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, ct);
        return VideoType.Recognise(head.AsSpan(0, length))
            ?? throw new PortalException(
                StatusCode.InputUnsupportedFormat,
                "The file is not a video the portal reads. Accepted are MP4, WebM, QuickTime, Matroska and AVI."
            );
    }

    private async Task RefuseAsync(long appId, string? externalId, string? hash, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await RefuseAsync(db, appId, externalId, hash, ct);
    }

    private static async Task RefuseAsync(
        PortalDbContext db,
        long appId,
        string? externalId,
        string? hash,
        CancellationToken ct
    )
    {
        if (externalId is not null && await db.Videos.AnyAsync(f => f.AppId == appId && f.ExternalId == externalId, ct))
        {
            throw Taken(externalId);
        }

        if (
            hash is not null
            && await db
                .Videos.Where(f => f.AppId == appId && f.ContentHash == hash && f.DeletedAt == null)
                .Select(f => f.ExternalId)
                .FirstOrDefaultAsync(ct)
                is { } twin
        )
        {
            throw new PortalException(
                StatusCode.InputDuplicate,
                $"The same video is already in this app, as '{twin}'.",
                twin
            );
        }
    }

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    private static PortalException Missing(string id) =>
        new(StatusCode.InputDoesNotExist, $"There is no video '{Text.Shown(id)}' in this app.", id);

    private static PortalException Taken(string id) =>
        new(StatusCode.DuplicateId, $"There is already a video with the id '{id}'. Choose another id.", id);
}
