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
using Portal.Core.Engines.Video;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Jobs;

namespace Portal.Core.Services.Videos;

/// <summary>
/// Makes inputs of a film's frames, which run the default workflow like any other. A frame that is there already, or
/// was deleted, is not taken again.
/// </summary>
public sealed class FilmJob(
    IDbContextFactory<PortalDbContext> contexts,
    BlobStore blobs,
    Ffmpeg ffmpeg,
    InputService inputs,
    IOptions<FilmLimits> limits,
    TimeProvider clock,
    ChangeFeed changes
) : IJobHandler
{
    /// <param name="FilmId">Internal key.</param>
    public sealed record Parameters(long FilmId);

    public string Kind => JobKinds.Film;

    public JobLane Lane => JobLane.Film;

    public async Task<string> RunAsync(Job job, JobProgress progress, CancellationToken ct)
    {
        var filmId = JsonSerializer.Deserialize<Parameters>(job.Parameters)!.FilmId;
        await using var db = await contexts.CreateDbContextAsync(ct);
        var film = await db.Films.AsNoTracking().SingleAsync(f => f.Id == filmId, ct);
        var taken = await db.Inputs.Where(i => i.FilmId == filmId).Select(i => i.FilmTimeMs!.Value).ToHashSetAsync(ct);
        var path = blobs.PathOf(film.ContentHash);
        var times = film.StepMs is { } step
            ? [.. Enumerable.Range(0, film.FrameCount!.Value).Select(number => number * step)]
            : await ScenesAsync(film, path, progress, ct);
        var (unread, refused) = (0, (string?)null);
        for (var number = 0; number < times.Count; number++)
        {
            progress.Report(number, times.Count, "Taking frames");
            if (taken.Contains(times[number]))
            {
                continue;
            }

            ct.ThrowIfCancellationRequested();
            if (await ffmpeg.FrameAsync(path, FilmType.Of(film.MediaType), times[number], ct) is not { } picture)
            {
                unread++;
                continue;
            }
            try
            {
                await AcceptAsync(film, times[number], picture, ct);
            }
            catch (PortalException e) when (e.Code == StatusCode.DuplicateId)
            {
                // A person gave the id to a picture of their own; the other frames are taken all the same.
                refused = e.Message;
            }
            catch (FilmDeletedException)
            {
                return "The film was deleted.";
            }
        }
        var problem =
            unread > 0
                ? $"{unread} of {times.Count} frames could not be read. The film may have been cut short."
                : refused;
        await FinishAsync(film, problem, ct);
        return problem ?? (times.Count == 1 ? "Took 1 frame." : $"Took {times.Count} frames.");
    }

    /// <summary>The frames taken so far stay.</summary>
    public async Task AbandonAsync(Job job, PortalException? reason, CancellationToken ct)
    {
        var filmId = JsonSerializer.Deserialize<Parameters>(job.Parameters)!.FilmId;
        await using var db = await contexts.CreateDbContextAsync(ct);
        if (await db.Films.AsNoTracking().SingleOrDefaultAsync(f => f.Id == filmId, ct) is { } film)
        {
            await FinishAsync(film, reason?.Message ?? "Taking frames was cancelled.", ct);
        }
    }

    /// <summary>
    /// The film's beginning and its changes of scene, the clearest where there are too many; the same whenever they are
    /// looked for.
    /// </summary>
    private async Task<IReadOnlyList<int>> ScenesAsync(
        Film film,
        string path,
        JobProgress progress,
        CancellationToken ct
    )
    {
        progress.Report(0, 0, "Looking for changes of scene");
        var changed = await ffmpeg.SceneChangesAsync(path, FilmType.Of(film.MediaType), ct);
        var clearest = changed
            .Where(c => c.TimeMs > 0 && c.TimeMs < film.DurationMs)
            .OrderByDescending(c => c.Score)
            .ThenBy(c => c.TimeMs)
            .Take(limits.Value.MaxFrames - 1);
        IReadOnlyList<int> times = [.. clearest.Select(c => c.TimeMs).Append(0).Distinct().Order()];
        await using var db = await contexts.CreateDbContextAsync(ct);
        await db
            .Films.Where(f => f.Id == film.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(f => f.FrameCount, times.Count), ct);
        return times;
    }

    private Task<Input> AcceptAsync(Film film, int timeMs, byte[] picture, CancellationToken ct)
    {
        var wanted = new NewInput(
            film.FrameIdAt(timeMs),
            FrameName(film, timeMs),
            Metadata: JsonNode.Parse(film.Metadata) as JsonObject,
            Frame: new FilmFrame(film.Id, timeMs)
        );
        return inputs.AcceptAsync(
            film.AppId,
            film.CreatedById,
            wanted,
            new MemoryStream(picture, writable: false),
            async (db, _) =>
            {
                // In the transaction that inserts the frame, so that a film is never deleted without it.
                if (await db.Films.AnyAsync(f => f.Id == film.Id && f.DeletedAt != null, ct))
                {
                    throw new FilmDeletedException();
                }
            },
            ct
        );
    }

    private async Task FinishAsync(Film film, string? problem, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        await using var db = await contexts.CreateDbContextAsync(ct);
        await db
            .Films.Where(f => f.Id == film.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(f => f.SampledAt, now).SetProperty(f => f.Problem, problem), ct);
        changes.Publish(film.AppId, ChangedNoun.Inputs);
    }

    /// <summary>Sorts by time: <c>clip 0-01-05.500.jpg</c>.</summary>
    private static string FrameName(Film film, int timeMs) =>
        string.Create(
                CultureInfo.InvariantCulture,
                $"{Path.GetFileNameWithoutExtension(film.FileName)} "
                    + $"{TimeSpan.FromMilliseconds(timeMs):h\\-mm\\-ss\\.fff}.jpg"
            )
            .TrimStart();

    private sealed class FilmDeletedException : Exception;
}
