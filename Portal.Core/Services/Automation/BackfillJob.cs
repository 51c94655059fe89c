using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Jobs;
using Portal.Core.Domain.Runs;
using Portal.Core.Services.Jobs;
using Portal.Core.Services.Runs;

namespace Portal.Core.Services.Automation;

/// <summary>
/// Runs a workflow version over the inputs an app has, or over some of them. Safe to repeat: running a version again
/// changes nothing. A second start goes on where the first was.
/// </summary>
public sealed class BackfillJob(IDbContextFactory<PortalDbContext> contexts, RunService runs) : IJobHandler
{
    private const int PageSize = 200;

    /// <param name="Inputs">An <see cref="InputSet"/> as text; null: every input.</param>
    /// <param name="UndoSince">Take back what the version wrote on them since this time, instead; null: run.</param>
    public sealed record Parameters(long WorkflowVersionId, string? Inputs = null, DateTime? UndoSince = null);

    /// <summary>How far it has come.</summary>
    /// <param name="LastInputId">The key of the last input it ran on; it goes up by them.</param>
    /// <param name="LeftOut">Inputs without a vector that the workflow reads.</param>
    private sealed record Checkpoint(long LastInputId, int Written, int LeftOut = 0);

    public string Kind => JobKinds.Backfill;

    public JobLane Lane => JobLane.Bulk;

    public async Task<string> RunAsync(Job job, JobProgress progress, CancellationToken ct)
    {
        var (versionId, chosen, undoSince) = JsonSerializer.Deserialize<Parameters>(job.Parameters)!;
        if (chosen is not null)
        {
            return await RunAsync(job.AppId, versionId, InputSet.Parse(chosen), undoSince, progress, ct);
        }

        await using var db = await contexts.CreateDbContextAsync(ct);
        var inputs = db
            .Inputs.AsNoTracking()
            .Where(i => i.AppId == job.AppId && i.DeletedAt == null && i.Status == StatusCode.InputSuccess);
        var total = await inputs.CountAsync(ct);
        var (last, written, leftOut) = job.Checkpoint is null
            ? new Checkpoint(0, 0)
            : JsonSerializer.Deserialize<Checkpoint>(job.Checkpoint)!;
        var done = await inputs.CountAsync(i => i.Id <= last, ct);
        while (true)
        {
            var page = await inputs.Where(i => i.Id > last).OrderBy(i => i.Id).Take(PageSize).ToListAsync(ct);
            if (page.Count == 0)
            {
                return $"Ran on {done - leftOut} inputs; {written} tags written.{LeftOut(leftOut)}";
            }

            foreach (var input in page)
            {
                ct.ThrowIfCancellationRequested();
                written += Count(await runs.RunAsync(versionId, input, ct), ref leftOut);
                last = input.Id;
                progress.Report(
                    ++done,
                    Math.Max(total, done),
                    "Running on existing inputs",
                    JsonSerializer.Serialize(new Checkpoint(last, written, leftOut))
                );
            }
        }
    }

    private async Task<string> RunAsync(
        long appId,
        long versionId,
        InputSet chosen,
        DateTime? undoSince,
        JobProgress progress,
        CancellationToken ct
    )
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var (total, seen, done, written, leftOut) = (chosen.Count, 0, 0, 0, 0);
        foreach (var inputIds in chosen.Ascending().Chunk(PageSize))
        {
            var page = await db
                .Inputs.AsNoTracking()
                .Where(i =>
                    i.AppId == appId
                    && inputIds.Contains(i.Id)
                    && i.DeletedAt == null
                    && i.Status == StatusCode.InputSuccess
                )
                .ToListAsync(ct);
            foreach (var input in page)
            {
                ct.ThrowIfCancellationRequested();
                if (undoSince is { } since)
                {
                    written += await runs.TakeBackAsync(versionId, input, since, ct);
                }
                else
                {
                    written += Count(await runs.RunAsync(versionId, input, ct), ref leftOut);
                }

                progress.Report(
                    seen + ++done,
                    total,
                    undoSince is null ? "Running on the chosen inputs" : "Taking back"
                );
            }
            seen += inputIds.Length - page.Count;
        }
        return undoSince is null
            ? $"Ran on {done - leftOut} inputs; {written} tags written.{LeftOut(leftOut)}"
            : $"Took back {written} tags.";
    }

    private static int Count(IReadOnlyList<PlannedWrite>? writes, ref int leftOut)
    {
        if (writes is null)
        {
            leftOut++;
        }

        return writes?.Count(w => w.Outcome == WriteOutcome.Written) ?? 0;
    }

    private static string LeftOut(int count) =>
        count == 0
            ? ""
            : $" {count} were left out: they have no vector of the embedder that the workflow reads. Re-embed the "
                + $"app's inputs, and run it again.";

    /// <summary>What was written so far stands: each input was finished in a transaction of its own.</summary>
    public Task AbandonAsync(Job job, PortalException? reason, CancellationToken ct) => Task.CompletedTask;
}
