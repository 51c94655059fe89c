using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Ids;
using Portal.Core.Domain.Jobs;

namespace Portal.Core.Services.Jobs;

/// <summary>Starts, lists, pauses and cancels jobs.</summary>
public sealed class JobService(
    IDbContextFactory<PortalDbContext> contexts,
    IdGenerator ids,
    TimeProvider clock,
    ChangeFeed changes,
    JobSignal signal
)
{
    public async Task<Job> StartAsync<T>(
        long appId,
        long userId,
        string kind,
        string title,
        T parameters,
        CancellationToken ct
    )
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var job = Add(db, appId, userId, kind, title, parameters);
        await db.SaveChangesAsync(ct);
        Started(appId);
        return job;
    }

    /// <summary>
    /// Adds a job inside a transaction of the caller's, who calls <see cref="Started"/> after the commit.
    /// </summary>
    internal Job Add<T>(PortalDbContext db, long appId, long userId, string kind, string title, T parameters)
    {
        var job = new Job
        {
            ExternalId = ids.NewId(),
            AppId = appId,
            Kind = kind,
            Title = title,
            Parameters = JsonSerializer.Serialize(parameters),
            CreatedById = userId,
            CreatedAt = Now,
        };
        db.Jobs.Add(job);
        return job;
    }

    internal void Started(long appId)
    {
        signal.Wake();
        changes.Publish(appId, ChangedNoun.Jobs);
    }

    /// <summary>The newest first.</summary>
    public Task<IReadOnlyList<Job>> ListAsync(long appId, int take, CancellationToken ct) =>
        ListAsync(appId, 0, take, ct);

    public async Task<IReadOnlyList<Job>> ListAsync(long appId, int skip, int take, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db
            .Jobs.AsNoTracking()
            .Where(j => j.AppId == appId)
            .OrderByDescending(j => j.Id)
            .Skip(skip)
            .Take(take)
            .ToListAsync(ct);
    }

    /// <summary>Jobs of some kinds, the newest first.</summary>
    public async Task<IReadOnlyList<Job>> ListAsync(
        long appId,
        IReadOnlyCollection<string> kinds,
        int take,
        CancellationToken ct
    )
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db
            .Jobs.AsNoTracking()
            .Where(j => j.AppId == appId && kinds.Contains(j.Kind))
            .OrderByDescending(j => j.Id)
            .Take(take)
            .ToListAsync(ct);
    }

    public async Task<Job> GetAsync(long appId, string externalId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db
                .Jobs.AsNoTracking()
                .SingleOrDefaultAsync(j => j.AppId == appId && j.ExternalId == externalId, ct)
            ?? throw new PortalException(
                StatusCode.DoesNotExist,
                $"There is no job '{Text.Shown(externalId)}' in this app.",
                externalId
            );
    }

    /// <summary>
    /// Asks a job to stop. One that waits is cancelled at once; one that runs stops at its next step; one that is over
    /// stays as it is.
    /// </summary>
    public async Task CancelAsync(long appId, string externalId, CancellationToken ct)
    {
        var job = await GetAsync(appId, externalId, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        await db
            .Jobs.Where(j =>
                j.Id == job.Id
                && (j.State == JobState.Queued || j.State == JobState.Running || j.State == JobState.Paused)
            )
            .ExecuteUpdateAsync(set => set.SetProperty(j => j.CancelRequested, true), ct);
        signal.Stop(job.Id);
        changes.Publish(appId, ChangedNoun.Jobs);
    }

    /// <summary>
    /// Stops a job for a while, over restarts too. One that waits is paused at once, one that runs at its next step;
    /// one that is over stays as it is.
    /// </summary>
    public async Task PauseAsync(long appId, string externalId, CancellationToken ct)
    {
        var job = await GetAsync(appId, externalId, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        await db
            .Jobs.Where(j => j.Id == job.Id && j.State == JobState.Queued)
            .ExecuteUpdateAsync(
                set => set.SetProperty(j => j.State, JobState.Paused).SetProperty(j => j.FinishedAt, Now),
                ct
            );
        await db
            .Jobs.Where(j => j.Id == job.Id && j.State == JobState.Running)
            .ExecuteUpdateAsync(set => set.SetProperty(j => j.PauseRequested, true), ct);
        signal.Stop(job.Id);
        changes.Publish(appId, ChangedNoun.Jobs);
    }

    /// <summary>
    /// Lets a paused job wait its turn again; it goes on from its checkpoint. Any other stays as it is.
    /// </summary>
    public async Task ResumeAsync(long appId, string externalId, CancellationToken ct)
    {
        var job = await GetAsync(appId, externalId, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var startedAt = job.StartedAt + (Now - job.FinishedAt);
        await db
            .Jobs.Where(j => j.Id == job.Id && j.State == JobState.Paused)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(j => j.State, JobState.Queued)
                        .SetProperty(j => j.StartedAt, startedAt)
                        .SetProperty(j => j.FinishedAt, (DateTime?)null),
                ct
            );
        signal.Wake();
        changes.Publish(appId, ChangedNoun.Jobs);
    }

    private DateTime Now => clock.GetUtcNow().UtcDateTime;
}
