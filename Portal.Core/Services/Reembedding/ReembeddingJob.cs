using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Jobs;
using Portal.Core.Services.Embeddings;
using Portal.Core.Services.Jobs;

namespace Portal.Core.Services.Reembedding;

/// <summary>
/// Gives all inputs of an app vectors of the current embedder, then removes those of earlier ones that no model needs.
/// Safe to repeat: it does what is left.
/// </summary>
public sealed class ReembeddingJob(
    IDbContextFactory<PortalDbContext> contexts,
    EmbeddingStore embeddings,
    InputEmbedder embedder,
    ReembeddingService reembedding
) : IJobHandler
{
    private const int NamedRefusals = 10;
    private const int RemovedAtOnce = 2000;

    /// <param name="Refused">Ids of the first inputs that could not be decoded any more.</param>
    private sealed record Mark(int Done, int RefusedCount, IReadOnlyList<string> Refused);

    public string Kind => JobKinds.Reembedding;

    public JobLane Lane => JobLane.Embedding;

    public async Task<string> RunAsync(Job job, JobProgress progress, CancellationToken ct)
    {
        var mark = job.Mark is null ? new Mark(0, 0, []) : JsonSerializer.Deserialize<Mark>(job.Mark)!;
        return await RunAsync(
            job.AppId,
            mark,
            (m, total) =>
                progress.Report(
                    m.Done + m.RefusedCount,
                    total,
                    $"Embedding with {embeddings.CurrentName}, the newest inputs first",
                    JsonSerializer.Serialize(m)
                ),
            ct
        );
    }

    /// <summary>Does it without a job, for the command line.</summary>
    /// <param name="report">Told how many inputs are done, and of how many.</param>
    public Task<string> RunAsync(long appId, Action<int, int> report, CancellationToken ct) =>
        RunAsync(appId, new Mark(0, 0, []), (mark, total) => report(mark.Done + mark.RefusedCount, total), ct);

    private async Task<string> RunAsync(long appId, Mark mark, Action<Mark, int> report, CancellationToken ct)
    {
        var left = await CountLeftAsync(appId, ct);
        var total = mark.Done + mark.RefusedCount + left;
        report(mark, total);
        if (left > 0)
        {
            await embedder.RunAsync(
                appId,
                (db, embedderId) => InputEmbedder.Missing(db, appId, embedderId),
                (done, refused) =>
                {
                    mark = new Mark(
                        mark.Done + done,
                        mark.RefusedCount + refused.Count,
                        [.. mark.Refused.Concat(refused.Select(r => r.InputId)).Take(NamedRefusals)]
                    );
                    report(mark, Math.Max(total, mark.Done + mark.RefusedCount));
                },
                ct
            );
        }
        var removed = await RemoveUnneededAsync(appId, ct);
        reembedding.Forget(appId);
        return Words(mark, removed);
    }

    private static string Words(Mark mark, int removed)
    {
        if (mark is { Done: 0, RefusedCount: 0 })
        {
            return removed == 0
                ? "Nothing was left to do."
                : string.Create(CultureInfo.InvariantCulture, $"Removed {removed} vectors of earlier embedders.");
        }

        var words = string.Create(
            CultureInfo.InvariantCulture,
            $"Embedded {mark.Done} {(mark.Done == 1 ? "input" : "inputs")}."
        );
        if (mark.RefusedCount > 0)
        {
            var more = mark.RefusedCount - mark.Refused.Count;
            words += string.Create(
                CultureInfo.InvariantCulture,
                $" {mark.RefusedCount} could not be decoded any more and are marked as failed: "
                    + $"{string.Join(", ", mark.Refused)}{(more > 0 ? $" and {more} more" : "")}."
            );
        }
        return removed > 0
            ? words + string.Create(CultureInfo.InvariantCulture, $" Removed {removed} vectors of earlier embedders.")
            : words;
    }

    private async Task<int> CountLeftAsync(long appId, CancellationToken ct)
    {
        var embedderId = await embeddings.EmbedderIdAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await InputEmbedder.Missing(db, appId, embedderId).CountAsync(ct);
    }

    /// <summary>
    /// Removes the vectors of earlier embedders that nothing needs, in short transactions, once all inputs have one of
    /// the current embedder.
    /// </summary>
    private async Task<int> RemoveUnneededAsync(long appId, CancellationToken ct)
    {
        if (await CountLeftAsync(appId, ct) > 0)
        {
            return 0;
        }

        var needed = await reembedding.NeededAsync(appId, ct);
        var currentId = await embeddings.EmbedderIdAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var unneeded = await db
            .Embedders.Where(e => e.Id != currentId && !needed.Contains(e.Id))
            .Select(e => e.Id)
            .ToListAsync(ct);
        var removed = 0;
        foreach (var embedderId in unneeded)
        {
            for (var last = 0L; ; )
            {
                var ids = await db
                    .InputEmbeddings.Where(e =>
                        e.InputId > last
                        && e.EmbedderId == embedderId
                        && db.Inputs.Any(i => i.Id == e.InputId && i.AppId == appId)
                    )
                    .OrderBy(e => e.InputId)
                    .Select(e => e.InputId)
                    .Take(RemovedAtOnce)
                    .ToListAsync(ct);
                if (ids.Count == 0)
                {
                    break;
                }

                last = ids[^1];
                await using var transaction = await db.Database.BeginTransactionAsync(ct);
                await db
                    .EmbeddingCodes.Where(c => c.EmbedderId == embedderId && ids.Contains(c.InputId))
                    .ExecuteDeleteAsync(ct);
                removed += await db
                    .InputEmbeddings.Where(e => e.EmbedderId == embedderId && ids.Contains(e.InputId))
                    .ExecuteDeleteAsync(ct);
                await transaction.CommitAsync(ct);
            }
        }
        return removed;
    }

    /// <summary>What was embedded so far stands; the job, started again, goes on there.</summary>
    public Task AbandonAsync(Job job, PortalException? reason, CancellationToken ct) => Task.CompletedTask;
}
