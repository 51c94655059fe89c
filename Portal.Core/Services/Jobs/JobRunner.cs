using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Core.Data;
using Portal.Core.Data.Sqlite;
using Portal.Core.Domain.Audit;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Jobs;
using Portal.Core.Platform;

namespace Portal.Core.Services.Jobs;

/// <summary>
/// Runs the jobs of each lane one after another, in the order in which they were started. What a restart interrupted is
/// started again.
/// </summary>
public sealed partial class JobRunner(
    IDbContextFactory<PortalDbContext> contexts,
    IEnumerable<IJobHandler> handlers,
    JobSignal signal,
    ChangeFeed changes,
    TimeProvider clock,
    ILogger<JobRunner> log
) : BackgroundService
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan FaultPause = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, IJobHandler> _handlers = handlers.ToDictionary(
        h => h.Kind,
        StringComparer.Ordinal
    );

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        WriteQueue.LetOthersFirst();
        await RecordAsync(() => RequeueInterruptedAsync(stoppingToken), stoppingToken);
        await Task.WhenAll(Enum.GetValues<JobLane>().Select(lane => RunLaneAsync(lane, stoppingToken)));
    }

    private async Task RunLaneAsync(JobLane lane, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            Job? job = null;
            await RecordAsync(
                async () =>
                {
                    await EndCancelledAsync(lane, stoppingToken);
                    job = await TakeAsync(lane, stoppingToken);
                },
                stoppingToken
            );
            if (job is null)
            {
                await signal.WaitAsync(lane, stoppingToken);
            }
            else
            {
                await RunAsync(job, lane, stoppingToken);
            }
        }
    }

    private async Task RequeueInterruptedAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await db
            .Jobs.Where(j => j.State == JobState.Running && j.PauseRequested)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(j => j.State, JobState.Paused)
                        .SetProperty(j => j.PauseRequested, false)
                        .SetProperty(j => j.FinishedAt, Now),
                ct
            );
        await db
            .Jobs.Where(j => j.State == JobState.Running)
            .ExecuteUpdateAsync(set => set.SetProperty(j => j.State, JobState.Queued), ct);
    }

    private async Task<Job?> TakeAsync(JobLane lane, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        while (
            await OfLane(db, lane)
                .AsNoTracking()
                .Where(j => j.State == JobState.Queued)
                .OrderBy(j => j.Id)
                .FirstOrDefaultAsync(ct)
                is { } job
        )
        {
            (job.State, job.StartedAt) = (JobState.Running, job.StartedAt ?? Now);
            // Somebody may have paused it meanwhile.
            var taken = await db
                .Jobs.Where(j => j.Id == job.Id && j.State == JobState.Queued)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(j => j.State, job.State).SetProperty(j => j.StartedAt, job.StartedAt),
                    ct
                );
            if (taken == 0)
            {
                continue;
            }

            changes.Publish(job.AppId, ChangedNoun.Jobs);
            return job;
        }
        return null;
    }

    /// <summary>A kind nobody handles fails in the prompt lane.</summary>
    private IQueryable<Job> OfLane(PortalDbContext db, JobLane lane)
    {
        var (own, others) = (Kinds(h => h.Lane == lane), Kinds(h => h.Lane != lane));
        return lane == JobLane.Prompt
            ? db.Jobs.Where(j => !others.Contains(j.Kind))
            : db.Jobs.Where(j => own.Contains(j.Kind));

        List<string> Kinds(Func<IJobHandler, bool> isMeant) => [.. _handlers.Values.Where(isMeant).Select(h => h.Kind)];
    }

    private async Task RunAsync(Job job, JobLane lane, CancellationToken stoppingToken)
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        signal.Register(job.Id, source, Now);
        var progress = Reached(job);
        var handler = _handlers.GetValueOrDefault(job.Kind);
        using var scope = log.BeginScope("Job {JobId}", job.ExternalId);
        using var span = Telemetry.Spans.StartActivity("job");
        span?.SetTag("job.id", job.ExternalId).SetTag("job.kind", job.Kind);
        try
        {
            // The request may have come between the take and the registration, or before a restart.
            if (await StopRequestedAsync(job.Id, stoppingToken) != StopRequest.None)
            {
                await source.CancelAsync();
            }

            source.Token.ThrowIfCancellationRequested();
            if (handler is null)
            {
                throw new PortalException(
                    StatusCode.Failure,
                    $"This version of the portal has no job of kind '{job.Kind}'."
                );
            }

            var work = Task.Run(() => RunAsAsync(handler, job, progress, source.Token), CancellationToken.None);
            while (await Task.WhenAny(work, Task.Delay(ProgressInterval, clock, CancellationToken.None)) != work)
            {
                await RecordAsync(
                    async () =>
                    {
                        await SaveProgressAsync(job, progress, stoppingToken);
                        await EndCancelledAsync(lane, stoppingToken);
                    },
                    stoppingToken
                );
            }
            var ended = await work;
            await RecordAsync(
                () => FinishAsync(job, progress.IsSkipped ? JobState.Skipped : JobState.Succeeded, ended, progress),
                stoppingToken
            );
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The portal is closing: the job stays Running in the database and is started again next time.
        }
        catch (OperationCanceledException)
        {
            await RecordAsync(
                async () =>
                {
                    if (await StopRequestedAsync(job.Id, CancellationToken.None) == StopRequest.Pause)
                    {
                        await PauseAsync(job, progress);
                    }
                    else
                    {
                        await EndCancelledAsync(job, progress);
                    }
                },
                stoppingToken
            );
        }
        catch (PortalException e)
        {
            await FailAsync(handler, job, e, progress, stoppingToken);
        }
        // A fault in one job must not end the runner, whatever it is.
#pragma warning disable CA1031
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogFault(log, job.ExternalId, job.Kind, e);
            var reason =
                StorageFault.Of(e)
                ?? new PortalException(
                    StatusCode.Failure,
                    "The portal hit a fault of its own. Its log says more; starting the job again may help.",
                    inner: e
                );
            await FailAsync(handler, job, reason, progress, stoppingToken);
        }
        finally
        {
            signal.Unregister(job.Id);
        }
    }

    /// <summary>What a job does is done by who started it.</summary>
    private static Task<string> RunAsAsync(IJobHandler handler, Job job, JobProgress progress, CancellationToken ct)
    {
        Actor.Enter(new Actor(job.CreatedById));
        return handler.RunAsync(job, progress, ct);
    }

    private Task FailAsync(
        IJobHandler? handler,
        Job job,
        PortalException reason,
        JobProgress progress,
        CancellationToken stoppingToken
    ) =>
        RecordAsync(
            async () =>
            {
                await AbandonAsync(handler, job, reason);
                await FinishAsync(job, JobState.Failed, reason.Message, progress);
            },
            stoppingToken
        );

    /// <summary>
    /// Puts on record what has happened, again and again while the data directory cannot take it. A portal that closes
    /// meanwhile finds the job running at its next start.
    /// </summary>
    private async Task RecordAsync(Func<Task> write, CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await write();
                return;
            }
            catch (Exception e) when (StorageFault.Of(e) is { } fault)
            {
                if (stoppingToken.IsCancellationRequested)
                {
                    return;
                }

                Telemetry.StorageWaits.Add(1);
                LogWaiting(log, fault.Message);
                await Task.Delay(FaultPause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>
    /// Ends jobs that were cancelled while they waited, so that they need not wait for the running one first.
    /// </summary>
    private async Task EndCancelledAsync(JobLane lane, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var cancelled = await OfLane(db, lane)
            .AsNoTracking()
            .Where(j => (j.State == JobState.Queued || j.State == JobState.Paused) && j.CancelRequested)
            .ToListAsync(ct);
        foreach (var job in cancelled)
        {
            await EndCancelledAsync(job, Reached(job));
        }
    }

    private async Task EndCancelledAsync(Job job, JobProgress progress)
    {
        await AbandonAsync(_handlers.GetValueOrDefault(job.Kind), job, null);
        await FinishAsync(job, JobState.Cancelled, "Cancelled.", progress);
    }

    private static Task AbandonAsync(IJobHandler? handler, Job job, PortalException? reason) =>
        handler?.AbandonAsync(job, reason, CancellationToken.None) ?? Task.CompletedTask;

    private enum StopRequest
    {
        None,
        Pause,
        Cancel,
    }

    private async Task<StopRequest> StopRequestedAsync(long jobId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var job = await db.Jobs.AsNoTracking().SingleAsync(j => j.Id == jobId, ct);
        return job.CancelRequested ? StopRequest.Cancel
            : job.PauseRequested ? StopRequest.Pause
            : StopRequest.None;
    }

    private async Task PauseAsync(Job job, JobProgress progress)
    {
        await SaveProgressAsync(job, progress, CancellationToken.None);
        await using var db = await contexts.CreateDbContextAsync(CancellationToken.None);
        await db
            .Jobs.Where(j => j.Id == job.Id)
            .ExecuteUpdateAsync(set =>
                set.SetProperty(j => j.State, JobState.Paused)
                    .SetProperty(j => j.PauseRequested, false)
                    .SetProperty(j => j.FinishedAt, Now)
            );
        changes.Publish(job.AppId, ChangedNoun.Jobs);
    }

    private static JobProgress Reached(Job job)
    {
        var progress = new JobProgress();
        progress.Report(job.Done, job.Total, job.Message, job.Checkpoint);
        return progress;
    }

    private async Task SaveProgressAsync(Job job, JobProgress progress, CancellationToken ct)
    {
        var now = progress.Current;
        if (
            now.Done == job.Done
            && now.Total == job.Total
            && now.Message == job.Message
            && now.Checkpoint == job.Checkpoint
        )
        {
            return;
        }

        (job.Done, job.Total, job.Message, job.Checkpoint) = (now.Done, now.Total, now.Message, now.Checkpoint);
        signal.Moved(job.Id, Now);
        await using var db = await contexts.CreateDbContextAsync(ct);
        await db
            .Jobs.Where(j => j.Id == job.Id)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(j => j.Done, now.Done)
                        .SetProperty(j => j.Total, now.Total)
                        .SetProperty(j => j.Message, now.Message)
                        .SetProperty(j => j.Checkpoint, now.Checkpoint),
                ct
            );
        changes.Publish(job.AppId, ChangedNoun.Jobs);
    }

    private async Task FinishAsync(Job job, JobState state, string message, JobProgress progress)
    {
        var finishedAt = Now;
        var last = progress.Current;
        var done = state == JobState.Succeeded ? last.Total : last.Done;
        await using var db = await contexts.CreateDbContextAsync(CancellationToken.None);
        await db
            .Jobs.Where(j => j.Id == job.Id)
            .ExecuteUpdateAsync(set =>
                set.SetProperty(j => j.State, state)
                    .SetProperty(j => j.Message, message)
                    .SetProperty(j => j.FinishedAt, finishedAt)
                    .SetProperty(j => j.Done, done)
                    .SetProperty(j => j.Total, last.Total)
            );
        var seconds = (finishedAt - (job.StartedAt ?? finishedAt)).TotalSeconds;
        var kind = new KeyValuePair<string, object?>("kind", _handlers.ContainsKey(job.Kind) ? job.Kind : "unknown");
        Telemetry.JobsFinished.Add(
            1,
            kind,
            new KeyValuePair<string, object?>("outcome", state.ToString().ToLowerInvariant())
        );
        Telemetry.JobDuration.Record(seconds, kind);
        Activity.Current?.SetTag("job.outcome", state.ToString().ToLowerInvariant());
        LogFinished(log, job.ExternalId, job.Kind, state, seconds);
        changes.Publish(job.AppId, ChangedNoun.Jobs);
    }

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    [LoggerMessage(LogLevel.Information, "Job {JobId} ({Kind}) ended {State} after {Seconds:0.0} s")]
    private static partial void LogFinished(ILogger log, string jobId, string kind, JobState state, double seconds);

    [LoggerMessage(LogLevel.Warning, "The job runner waits: {Reason}")]
    private static partial void LogWaiting(ILogger log, string reason);

    [LoggerMessage(LogLevel.Error, "Job {JobId} ({Kind}) hit a fault")]
    private static partial void LogFault(ILogger log, string jobId, string kind, Exception e);
}
