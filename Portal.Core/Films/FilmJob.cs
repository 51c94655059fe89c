using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Errors;
using Portal.Core.Inputs;
using Portal.Core.Jobs;
using Portal.Core.Storage;

namespace Portal.Core.Films;

/// <summary>Makes inputs of a film's frames, which run the default workflow like any other. A frame that is there already, or was deleted, is not taken again.</summary>
public sealed class FilmJob(IDbContextFactory<PortalDbContext> contexts, BlobStore blobs, Ffmpeg ffmpeg, InputService inputs, TimeProvider clock, ChangeFeed changes) : IJobHandler
{
    public const string JobKind = "film";

    /// <param name="FilmId">Internal key.</param>
    public sealed record Parameters(long FilmId);

    public string Kind => JobKind;

    public async Task<string> RunAsync(Job job, JobProgress progress, CancellationToken ct)
    {
        var filmId = JsonSerializer.Deserialize<Parameters>(job.Parameters)!.FilmId;
        await using var db = await contexts.CreateDbContextAsync(ct);
        var film = await db.Films.AsNoTracking().SingleAsync(f => f.Id == filmId, ct);
        var taken = await db.Inputs.Where(i => i.FilmId == filmId).Select(i => i.FilmTimeMs!.Value).ToHashSetAsync(ct);
        var path = blobs.PathOf(film.ContentHash);
        var missing = 0;
        for (var number = 0; number < film.FrameCount; number++)
        {
            progress.Report(number, film.FrameCount, "Taking frames");
            var timeMs = number * film.StepMs;
            if (taken.Contains(timeMs)) continue;
            ct.ThrowIfCancellationRequested();
            if (await ffmpeg.FrameAsync(path, FilmType.Of(film.MediaType), timeMs, ct) is not { } picture) missing++;
            else if (!await AcceptAsync(film, timeMs, picture, ct)) return "The film was deleted.";
        }
        var problem = missing == 0 ? null : $"{missing} of {film.FrameCount} frames could not be read. The film may have been cut short.";
        await FinishAsync(film, problem, ct);
        return problem ?? $"Took {film.FrameCount} frames.";
    }

    /// <summary>The frames taken so far stay.</summary>
    public async Task AbandonAsync(Job job, PortalException? reason, CancellationToken ct)
    {
        var filmId = JsonSerializer.Deserialize<Parameters>(job.Parameters)!.FilmId;
        await using var db = await contexts.CreateDbContextAsync(ct);
        if (await db.Films.AsNoTracking().SingleOrDefaultAsync(f => f.Id == filmId, ct) is { } film)
            await FinishAsync(film, reason?.Message ?? "Taking frames was cancelled.", ct);
    }

    /// <returns>Whether the film is still there.</returns>
    private async Task<bool> AcceptAsync(Film film, int timeMs, byte[] picture, CancellationToken ct)
    {
        var wanted = new NewInput(film.FrameIdAt(timeMs), FrameName(film, timeMs), film.SourceUrl, JsonNode.Parse(film.Metadata) as JsonObject, Frame: new FilmFrame(film.Id, timeMs));
        try
        {
            await inputs.AcceptAsync(film.AppId, film.CreatedById, wanted, new MemoryStream(picture, writable: false), async (db, _) =>
            {
                // In the transaction that inserts the frame, so that a film is never deleted without it.
                if (await db.Films.AnyAsync(f => f.Id == film.Id && f.DeletedAt != null, ct)) throw new FilmDeletedException();
            }, ct);
            return true;
        }
        catch (FilmDeletedException)
        {
            return false;
        }
    }

    private async Task FinishAsync(Film film, string? problem, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        await using var db = await contexts.CreateDbContextAsync(ct);
        await db.Films.Where(f => f.Id == film.Id).ExecuteUpdateAsync(set => set.SetProperty(f => f.SampledAt, now).SetProperty(f => f.Problem, problem), ct);
        changes.Publish(film.AppId, ChangedNoun.Inputs);
    }

    /// <summary>Sorts by time: <c>clip 0-01-05.500.jpg</c>.</summary>
    private static string FrameName(Film film, int timeMs) =>
        FormattableString.Invariant($"{Path.GetFileNameWithoutExtension(film.FileName)} {TimeSpan.FromMilliseconds(timeMs):h\\-mm\\-ss\\.fff}.jpg").TrimStart();

    private sealed class FilmDeletedException : Exception;
}
