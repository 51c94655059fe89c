using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Core.Errors;
using Portal.Core.Storage;

namespace Portal.Core.Jobs;

/// <summary>Runs jobs one after another, in the order in which they were started. What a restart interrupted is started again.</summary>
public sealed partial class JobRunner(
    IDbContextFactory<PortalDbContext> contexts, IEnumerable<IJobHandler> handlers, JobSignal signal, ChangeFeed changes, TimeProvider clock, ILogger<JobRunner> log)
    : BackgroundService
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(300);
    private readonly Dictionary<string, IJobHandler> _handlers = handlers.ToDictionary(h => h.Kind, StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await RequeueInterruptedAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            var job = await TakeAsync(stoppingToken);
            if (job is null) await signal.WaitAsync(stoppingToken);
            else await RunAsync(job, stoppingToken);
        }
    }

    private async Task RequeueInterruptedAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await db.Jobs.Where(j => j.State == JobState.Running).ExecuteUpdateAsync(set => set.SetProperty(j => j.State, JobState.Queued), ct);
    }

    private async Task<Job?> TakeAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var job = await db.Jobs.Where(j => j.State == JobState.Queued).OrderBy(j => j.Id).FirstOrDefaultAsync(ct);
        if (job is null) return null;
        job.State = JobState.Running;
        job.StartedAt ??= Now;
        await db.SaveChangesAsync(ct);
        changes.Publish(job.AppId, ChangedNoun.Jobs);
        return job;
    }

    private async Task RunAsync(Job job, CancellationToken stoppingToken)
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        signal.Register(job.Id, source);
        var progress = new JobProgress();
        var handler = _handlers.GetValueOrDefault(job.Kind);
        try
        {
            // The request may have come between the take and the registration, or before a restart.
            if (job.CancelRequested || await CancelRequestedAsync(job.Id, stoppingToken)) await source.CancelAsync();
            source.Token.ThrowIfCancellationRequested();
            if (handler is null) throw new PortalException(StatusCode.Failure, $"This version of the portal has no job of kind '{job.Kind}'.");
            var work = Task.Run(() => handler.RunAsync(job, progress, source.Token), CancellationToken.None);
            while (await Task.WhenAny(work, Task.Delay(ProgressInterval, clock, CancellationToken.None)) != work)
            {
                await SaveProgressAsync(job, progress, stoppingToken);
                await EndCancelledAsync(stoppingToken);
            }
            await FinishAsync(job, JobState.Succeeded, await work, progress);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The portal is closing: the job stays Running in the database and is started again next time.
        }
        catch (OperationCanceledException)
        {
            await EndCancelledAsync(job, progress);
        }
        catch (PortalException e)
        {
            await AbandonAsync(handler, job, e);
            await FinishAsync(job, JobState.Failed, e.Message, progress);
        }
        // A fault in one job must not end the runner, whatever it is.
#pragma warning disable CA1031
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogFault(log, job.ExternalId, job.Kind, e);
            var reason = new PortalException(StatusCode.Failure, "The portal hit a fault of its own. Its log says more; starting the job again may help.", inner: e);
            await AbandonAsync(handler, job, reason);
            await FinishAsync(job, JobState.Failed, reason.Message, progress);
        }
        finally
        {
            signal.Unregister(job.Id);
        }
    }

    /// <summary>Ends jobs that were cancelled while they waited, so that they need not wait for the running one first.</summary>
    private async Task EndCancelledAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        foreach (var job in await db.Jobs.AsNoTracking().Where(j => j.State == JobState.Queued && j.CancelRequested).ToListAsync(ct))
            await EndCancelledAsync(job, new JobProgress());
    }

    private async Task EndCancelledAsync(Job job, JobProgress progress)
    {
        await AbandonAsync(_handlers.GetValueOrDefault(job.Kind), job, null);
        await FinishAsync(job, JobState.Cancelled, "Cancelled.", progress);
    }

    private static Task AbandonAsync(IJobHandler? handler, Job job, PortalException? reason) =>
        handler?.AbandonAsync(job, reason, CancellationToken.None) ?? Task.CompletedTask;

    private async Task<bool> CancelRequestedAsync(long jobId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.Jobs.AnyAsync(j => j.Id == jobId && j.CancelRequested, ct);
    }

    private async Task SaveProgressAsync(Job job, JobProgress progress, CancellationToken ct)
    {
        var now = progress.Current;
        if (now.Done == job.Done && now.Total == job.Total && now.Message == job.Message) return;
        (job.Done, job.Total, job.Message) = (now.Done, now.Total, now.Message);
        await using var db = await contexts.CreateDbContextAsync(ct);
        await db.Jobs.Where(j => j.Id == job.Id).ExecuteUpdateAsync(set => set
            .SetProperty(j => j.Done, now.Done).SetProperty(j => j.Total, now.Total).SetProperty(j => j.Message, now.Message), ct);
        changes.Publish(job.AppId, ChangedNoun.Jobs);
    }

    private async Task FinishAsync(Job job, JobState state, string message, JobProgress progress)
    {
        var finishedAt = Now;
        var last = progress.Current;
        var done = state == JobState.Succeeded ? last.Total : last.Done;
        await using var db = await contexts.CreateDbContextAsync(CancellationToken.None);
        await db.Jobs.Where(j => j.Id == job.Id).ExecuteUpdateAsync(set => set
            .SetProperty(j => j.State, state).SetProperty(j => j.Message, message).SetProperty(j => j.FinishedAt, finishedAt)
            .SetProperty(j => j.Done, done).SetProperty(j => j.Total, last.Total));
        LogFinished(log, job.ExternalId, job.Kind, state, (finishedAt - (job.StartedAt ?? finishedAt)).TotalSeconds);
        changes.Publish(job.AppId, ChangedNoun.Jobs);
    }

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    [LoggerMessage(LogLevel.Information, "Job {JobId} ({Kind}) ended {State} after {Seconds:0.0} s")]
    private static partial void LogFinished(ILogger log, string jobId, string kind, JobState state, double seconds);

    [LoggerMessage(LogLevel.Error, "Job {JobId} ({Kind}) hit a fault")]
    private static partial void LogFault(ILogger log, string jobId, string kind, Exception e);
}
