using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Jobs;

namespace Portal.Core.Services.Jobs;

/// <summary>A job as whoever watches over the portal sees it.</summary>
/// <param name="OwnerId">With the app's id, the app as addresses name it.</param>
/// <param name="Ahead">How many jobs, of all apps, have their turn before it; 0 for one that does not wait.</param>
/// <param name="MovedAt">When its progress last changed, or it was taken up; null for one that is not at work.</param>
public sealed record BoardJob(Job Job, App App, string OwnerId, string StartedBy, int Ahead, DateTime? MovedAt);

/// <summary>The jobs of all apps, as they take turns.</summary>
public sealed class JobBoard(
    IDbContextFactory<PortalDbContext> contexts,
    IEnumerable<IJobHandler> handlers,
    JobSignal signal
)
{
    private readonly Dictionary<string, JobLane> _lanes = handlers.ToDictionary(h => h.Kind, h => h.Lane);

    /// <summary>What runs, waits or is paused: what runs first, then by turn.</summary>
    public async Task<IReadOnlyList<BoardJob>> OpenAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var open = await Rows(
                db,
                db.Jobs.Where(j =>
                    j.State == JobState.Running || j.State == JobState.Queued || j.State == JobState.Paused
                )
            )
            .ToListAsync(ct);
        var jobs = new List<BoardJob>();
        foreach (var row in open.OrderBy(r => Order(r.Job.State)).ThenBy(r => r.Job.Id))
        {
            var ahead =
                row.Job.State == JobState.Queued
                    ? open.Count(other =>
                        LaneOf(other.Job) == LaneOf(row.Job)
                        && (
                            other.Job.State == JobState.Running
                            || (other.Job.State == JobState.Queued && other.Job.Id < row.Job.Id)
                        )
                    )
                    : 0;
            jobs.Add(new BoardJob(row.Job, row.App, row.OwnerId, row.StartedBy, ahead, signal.MovedAt(row.Job.Id)));
        }
        return jobs;
    }

    /// <summary>Jobs that failed since a moment, the newest first.</summary>
    public async Task<IReadOnlyList<BoardJob>> FailedAsync(DateTime since, int most, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var failed = await Rows(
                db,
                db.Jobs.Where(j => j.State == JobState.Failed && j.FinishedAt >= since)
                    .OrderByDescending(j => j.Id)
                    .Take(most)
            )
            .ToListAsync(ct);
        return
        [
            .. failed
                .OrderByDescending(r => r.Job.Id)
                .Select(r => new BoardJob(r.Job, r.App, r.OwnerId, r.StartedBy, 0, null)),
        ];
    }

    /// <summary>Jobs of deleted apps are not shown; they end by themselves.</summary>
    private static IQueryable<Row> Rows(PortalDbContext db, IQueryable<Job> jobs) =>
        from j in jobs.AsNoTracking()
        join a in db.Apps on j.AppId equals a.Id
        join owner in db.Users on a.OwnerId equals owner.Id
        join starter in db.Users on j.CreatedById equals starter.Id
        where a.DeletedAt == null
        select new Row
        {
            Job = j,
            App = a,
            OwnerId = owner.UserName!,
            StartedBy = starter.UserName!,
        };

    private JobLane LaneOf(Job job) => _lanes.GetValueOrDefault(job.Kind, JobLane.Prompt);

    private static int Order(JobState state) =>
        state switch
        {
            JobState.Running => 0,
            JobState.Queued => 1,
            _ => 2,
        };

    private sealed class Row
    {
        public required Job Job { get; init; }
        public required App App { get; init; }
        public required string OwnerId { get; init; }
        public required string StartedBy { get; init; }
    }
}
