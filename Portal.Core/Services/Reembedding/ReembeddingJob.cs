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
    private sealed record Checkpoint(int Done, int RefusedCount, IReadOnlyList<string> Refused);

    public string Kind => JobKinds.Reembedding;

    public JobLane Lane => JobLane.Embedding;

    public async Task<string> RunAsync(Job job, JobProgress progress, CancellationToken ct)
    {
        var checkpoint = job.Checkpoint is null
            ? new Checkpoint(0, 0, [])
            : JsonSerializer.Deserialize<Checkpoint>(job.Checkpoint)!;
        return await RunAsync(
            job.AppId,
            checkpoint,
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
        RunAsync(
            appId,
            new Checkpoint(0, 0, []),
            (checkpoint, total) => report(checkpoint.Done + checkpoint.RefusedCount, total),
            ct
        );

    private async Task<string> RunAsync(
        long appId,
        Checkpoint checkpoint,
        Action<Checkpoint, int> report,
        CancellationToken ct
    )
    {
        var left = await CountLeftAsync(appId, ct);
        var total = checkpoint.Done + checkpoint.RefusedCount + left;
        report(checkpoint, total);
        if (left > 0)
        {
            await embedder.RunAsync(
                appId,
                (db, embedderId) => InputEmbedder.Missing(db, appId, embedderId),
                (done, refused) =>
                {
                    checkpoint = new Checkpoint(
                        checkpoint.Done + done,
                        checkpoint.RefusedCount + refused.Count,
                        [.. checkpoint.Refused.Concat(refused.Select(r => r.InputId)).Take(NamedRefusals)]
                    );
                    report(checkpoint, Math.Max(total, checkpoint.Done + checkpoint.RefusedCount));
                },
                ct
            );
        }
        var removed = await RemoveUnneededAsync(appId, ct);
        reembedding.Forget(appId);
        return Words(checkpoint, removed);
    }

    private static string Words(Checkpoint checkpoint, int removed)
    {
        if (checkpoint is { Done: 0, RefusedCount: 0 })
        {
            return removed == 0
                ? "Nothing was left to do."
                : string.Create(CultureInfo.InvariantCulture, $"Removed {removed} vectors of earlier embedders.");
        }

        var words = string.Create(
            CultureInfo.InvariantCulture,
            $"Embedded {checkpoint.Done} {(checkpoint.Done == 1 ? "input" : "inputs")}."
        );
        if (checkpoint.RefusedCount > 0)
        {
            var more = checkpoint.RefusedCount - checkpoint.Refused.Count;
            words += string.Create(
                CultureInfo.InvariantCulture,
                $" {checkpoint.RefusedCount} could not be decoded any more and are marked as failed: "
                    + $"{string.Join(", ", checkpoint.Refused)}{(more > 0 ? $" and {more} more" : "")}."
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
