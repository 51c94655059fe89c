using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Core.Data;
using Portal.Core.Data.Files;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Ids;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Jobs;
using Portal.Core.Domain.Videos;
using Portal.Core.Engines.Video;
using Portal.Core.Services.Annotations;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Jobs;

namespace Portal.Core.Services.Videos;

/// <summary>The way in for films, and what is known of them.</summary>
public sealed class FilmService(
    IDbContextFactory<PortalDbContext> contexts,
    BlobStore blobs,
    Ffmpeg ffmpeg,
    IOptions<FilmLimits> limits,
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
    /// Takes a film in: received whole, read by ffprobe, its first frame decoded, flushed to disk, then inserted with
    /// the job that takes its frames. When this returns, the film survives whatever is killed next.
    /// </summary>
    /// <exception cref="PortalException">The film is refused; nothing of it is kept.</exception>
    public async Task<Film> AcceptAsync(long appId, long userId, NewInput wanted, Stream content, CancellationToken ct)
    {
        ffmpeg.Require();
        var externalId = ids.ChosenOrNew(wanted.Id, "film");
        var metadata = InputService.Serialize(wanted.Metadata);
        var sampling = wanted.Frames ?? new FrameSampling((int)limits.Value.SampleEvery.TotalMilliseconds);
        if (externalId.Length > MaxIdLength)
        {
            throw new PortalException(
                StatusCode.InvalidRequest,
                $"A film's id has at most {MaxIdLength} characters: its frames' ids are made of it.",
                externalId
            );
        }

        if (wanted.Labels is { Count: > 0 })
        {
            throw new PortalException(
                StatusCode.InputInvalidArgument,
                "A film takes no labels: they would count for every frame. Upload it without, and label its frames."
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
            var film = await InsertAsync(
                new Film
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
            return film;
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

    public async Task<Film> GetAsync(long appId, string externalId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db
                .Films.AsNoTracking()
                .SingleOrDefaultAsync(f => f.AppId == appId && f.ExternalId == externalId && f.DeletedAt == null, ct)
            ?? throw Missing(externalId);
    }

    /// <summary>The film an input is a frame of, or null.</summary>
    public async Task<Film?> OfAsync(Input input, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return input.FilmId is null
            ? null
            : await db.Films.AsNoTracking().SingleOrDefaultAsync(f => f.Id == input.FilmId && f.DeletedAt == null, ct);
    }

    /// <summary>
    /// The film with an id, or else the first that came from an address; null where there is neither.
    /// </summary>
    public async Task<Film?> FindAsync(long appId, string? externalId, string? address, CancellationToken ct)
    {
        if (externalId is null && address is null)
        {
            return null;
        }

        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db
            .Films.AsNoTracking()
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
    public async Task<IReadOnlyList<FilmView>> ListAsync(long appId, int skip, int take, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var films = await db
            .Films.AsNoTracking()
            .Where(f => f.AppId == appId && f.DeletedAt == null)
            .OrderByDescending(f => f.Id)
            .Skip(skip)
            .Take(take)
            .ToListAsync(ct);
        var keys = films.Select(f => (long?)f.Id).ToList();
        var frames = await db
            .Inputs.Where(i => keys.Contains(i.FilmId) && i.FilmId != null && i.DeletedAt == null)
            .GroupBy(i => i.FilmId!.Value)
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
            .ToDictionaryAsync(i => i.FilmId!.Value, ct);
        return
        [
            .. films.Select(film => new FilmView(
                film,
                frames.GetValueOrDefault(film.Id)?.Count ?? 0,
                first.GetValueOrDefault(film.Id)
            )),
        ];
    }

    /// <summary>A film, its frames and what they say.</summary>
    public async Task<FilmDetails> GetDetailsAsync(long appId, string externalId, CancellationToken ct)
    {
        var film = await GetAsync(appId, externalId, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var frames = await db
            .Inputs.AsNoTracking()
            .Where(i => i.FilmId == film.Id && i.DeletedAt == null)
            .OrderBy(i => i.FilmTimeMs)
            .ToListAsync(ct);
        var said = await annotations.OfInputsAsync([.. frames.Select(i => i.Id)], ct);
        return new FilmDetails(film, [.. frames.Select(i => new FrameView(i, [.. said[i.Id]]))]);
    }

    /// <summary>Deletes a film and the frames it has; what was said of them comes back with it.</summary>
    public async Task<Film> DeleteAsync(long appId, string externalId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var film =
            await db.Films.SingleOrDefaultAsync(
                f => f.AppId == appId && f.ExternalId == externalId && f.DeletedAt == null,
                ct
            ) ?? throw Missing(externalId);
        var now = Now;
        film.Hide(now);
        foreach (var frame in await db.Inputs.Where(i => i.FilmId == film.Id && i.DeletedAt == null).ToListAsync(ct))
        {
            frame.Hide(now);
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        changes.Publish(appId, ChangedNoun.Inputs);
        return film;
    }

    /// <summary>
    /// Brings a deleted film back, with the frames that went with it; frames that were not taken yet are taken.
    /// </summary>
    public async Task RestoreAsync(long appId, long filmId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var film = await db.Films.SingleAsync(f => f.AppId == appId && f.Id == filmId, ct);
        if (film.DeletedAt is not { } deletedAt)
        {
            return;
        }

        film.Restore();
        foreach (
            var frame in await db.Inputs.Where(i => i.FilmId == filmId && i.DeletedAt == deletedAt).ToListAsync(ct)
        )
        {
            frame.Restore();
        }

        if (film.SampledAt is null)
        {
            AddJob(db, film);
        }

        await db.SaveOrRefuseAsync(() => Taken(film.ExternalId), ct);
        await transaction.CommitAsync(ct);
        jobs.Started(appId);
        signal.Wake();
        changes.Publish(appId, ChangedNoun.Inputs);
    }

    /// <summary>Takes the frames that a film lacks, after taking them failed or was cancelled.</summary>
    /// <exception cref="PortalException">There is no such film, or ffmpeg is not installed.</exception>
    public async Task TakeFramesAsync(long appId, string externalId, CancellationToken ct)
    {
        ffmpeg.Require();
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var film =
            await db.Films.SingleOrDefaultAsync(
                f => f.AppId == appId && f.ExternalId == externalId && f.DeletedAt == null,
                ct
            ) ?? throw Missing(externalId);
        // They are being taken already.
        if (film.SampledAt is null)
        {
            return;
        }

        (film.SampledAt, film.Problem) = (null, null);
        AddJob(db, film);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        jobs.Started(appId);
        changes.Publish(appId, ChangedNoun.Inputs);
    }

    private async Task<Film> InsertAsync(Film film, bool skipDuplicate, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // Asked again where nobody else can insert in between.
        if (skipDuplicate)
        {
            await RefuseAsync(db, film.AppId, null, film.ContentHash, ct);
        }

        db.Films.Add(film);
        await db.SaveOrRefuseAsync(() => Taken(film.ExternalId), ct);
        AddJob(db, film);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        jobs.Started(film.AppId);
        changes.Publish(film.AppId, ChangedNoun.Inputs);
        return film;
    }

    private void AddJob(PortalDbContext db, Film film) =>
        jobs.Add(
            db,
            film.AppId,
            film.CreatedById,
            JobKinds.Film,
            $"Frames of {(film.FileName.Length > 0 ? film.FileName : film.VisibleId())}",
            new FilmJob.Parameters(film.Id)
        );

    private static async Task<FilmType> TypeOfAsync(string path, CancellationToken ct)
    {
        var head = new byte[FilmType.HeadLength];
        await using var file = File.OpenRead(path);
        var length = await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, ct);
        return FilmType.Recognise(head.AsSpan(0, length))
            ?? throw new PortalException(
                StatusCode.InputUnsupportedFormat,
                "The file is not a film the portal reads. Accepted are MP4, WebM, QuickTime, Matroska and AVI."
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
        if (externalId is not null && await db.Films.AnyAsync(f => f.AppId == appId && f.ExternalId == externalId, ct))
        {
            throw Taken(externalId);
        }

        if (
            hash is not null
            && await db
                .Films.Where(f => f.AppId == appId && f.ContentHash == hash && f.DeletedAt == null)
                .Select(f => f.ExternalId)
                .FirstOrDefaultAsync(ct)
                is { } twin
        )
        {
            throw new PortalException(
                StatusCode.InputDuplicate,
                $"The same film is already in this app, as '{twin}'.",
                twin
            );
        }
    }

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    private static PortalException Missing(string id) =>
        new(StatusCode.InputDoesNotExist, $"There is no film '{Text.Shown(id)}' in this app.", id);

    private static PortalException Taken(string id) =>
        new(StatusCode.DuplicateId, $"There is already a film with the id '{id}'. Choose another id.", id);
}
