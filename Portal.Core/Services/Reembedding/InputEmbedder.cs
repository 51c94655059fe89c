using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Data.Files;
using Portal.Core.Domain.Embeddings;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Engines.Images.Processes;
using Portal.Core.Services.Embeddings;
using Portal.Core.Services.Inputs;

namespace Portal.Core.Services.Reembedding;

/// <summary>
/// Gives stored inputs vectors of the current embedder, the newest inputs first. Each batch is one transaction, so that
/// it may be cut short at any moment and done again: what has a vector is passed over. While uploads wait it goes on
/// with one picture at a time.
/// </summary>
public sealed class InputEmbedder(
    IDbContextFactory<PortalDbContext> contexts,
    EmbeddingStore embeddings,
    BlobStore blobs,
    InputQueue queue,
    ChangeFeed changes,
    TimeProvider clock
)
{
    private const int PageSize = 256;
    private const int BatchSize = 16;
    private static readonly TimeSpan FaultPause = TimeSpan.FromSeconds(1);

    /// <summary>One input that could not be decoded any more.</summary>
    public sealed record Refusal(string InputId, string Reason);

    /// <summary>Inputs of an app that are processed and have no vector of an embedder.</summary>
    public static IQueryable<Input> Missing(PortalDbContext db, long appId, long embedderId) =>
        db.Inputs.Where(i =>
            i.AppId == appId
            && i.Status == StatusCode.InputSuccess
            && i.DeletedAt == null
            && !db.InputEmbeddings.Any(e => e.InputId == i.Id && e.EmbedderId == embedderId)
        );

    /// <summary>
    /// Inputs of an app that have a label and no vector of an embedder, those that are held included.
    /// </summary>
    /// <param name="isHuman">Whether it must be a person's label, or the machine's with no person's beside it.</param>
    public static IQueryable<Input> MissingLabelled(PortalDbContext db, long appId, long embedderId, bool isHuman) =>
        db.Inputs.Where(i =>
            i.AppId == appId
            && i.DeletedAt == null
            && (i.Status == StatusCode.InputSuccess || (i.Status == StatusCode.InputPending && i.StatusDetail != null))
            && db.Labels.Any(l => l.InputId == i.Id)
            && db.Labels.Any(l => l.InputId == i.Id && l.IsHuman) == isHuman
            && !db.InputEmbeddings.Any(e => e.InputId == i.Id && e.EmbedderId == embedderId)
        );

    /// <param name="which">Inputs without a vector of the current embedder, given its row.</param>
    /// <param name="report">Told after each batch how many inputs got a vector since the last time, and which were
    /// refused.</param>
    /// <exception cref="PortalException">The embedder itself fails.</exception>
    public async Task RunAsync(
        long appId,
        Func<PortalDbContext, long, IQueryable<Input>> which,
        Action<int, IReadOnlyList<Refusal>> report,
        CancellationToken ct
    )
    {
        var embedderId = await embeddings.EmbedderIdAsync(ct);
        var before = long.MaxValue;
        while (true)
        {
            List<Input> page;
            await using (var db = await contexts.CreateDbContextAsync(ct))
            {
                page = await which(db, embedderId)
                    .AsNoTracking()
                    .Where(i => i.Id < before)
                    .OrderByDescending(i => i.Id)
                    .Take(PageSize)
                    .ToListAsync(ct);
            }

            if (page.Count == 0)
            {
                return;
            }

            before = page[^1].Id;
            for (var done = 0; done < page.Count; )
            {
                var isBusy = await queue.IsBusyAsync(ct);
                var batch = page.GetRange(done, Math.Min(isBusy ? 1 : BatchSize, page.Count - done));
                IReadOnlyList<Refusal> refused;
                try
                {
                    refused = await EmbedAsync(appId, embedderId, batch, ct);
                }
                catch (DecoderUnavailableException)
                {
                    // No fault of the pictures: as a worker, it tries again.
                    await Task.Delay(FaultPause, clock, ct);
                    continue;
                }
                done += batch.Count;
                report(batch.Count - refused.Count, refused);
            }
        }
    }

    private async Task<IReadOnlyList<Refusal>> EmbedAsync(
        long appId,
        long embedderId,
        List<Input> batch,
        CancellationToken ct
    )
    {
        var (vectors, refused) = (new ConcurrentDictionary<long, Half[]>(), new ConcurrentDictionary<long, string>());
        var options = new ParallelOptions
        {
            CancellationToken = ct,
            MaxDegreeOfParallelism = Environment.ProcessorCount,
        };
        await Parallel.ForEachAsync(
            batch,
            options,
            async (input, token) =>
            {
                try
                {
                    blobs.RequireWhole(input.ContentHash);
                    vectors[input.Id] = await embeddings.EmbedAsync(blobs.PathOf(input.ContentHash), token);
                }
                catch (PortalException e) when (StorageFault.Of(e) is null)
                {
                    refused[input.Id] = e.Message;
                }
                catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
                {
                    refused[input.Id] = BlobStore.GoneText;
                }
            }
        );
        await StoreAsync(appId, embedderId, vectors, refused, ct);
        return [.. batch.Where(i => refused.ContainsKey(i.Id)).Select(i => new Refusal(i.ExternalId, refused[i.Id]))];
    }

    private async Task StoreAsync(
        long appId,
        long embedderId,
        IReadOnlyDictionary<long, Half[]> vectors,
        IReadOnlyDictionary<long, string> refused,
        CancellationToken ct
    )
    {
        var codes = new Dictionary<long, byte[]?>();
        foreach (var (id, vector) in vectors)
        {
            codes[id] = await embeddings.EncodeAsync(vector, ct);
        }

        var ids = vectors.Keys.ToList();
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // A worker, a training or the end of the app may have come first.
        var open = await db
            .Inputs.Where(i =>
                ids.Contains(i.Id) && !db.InputEmbeddings.Any(e => e.InputId == i.Id && e.EmbedderId == embedderId)
            )
            .Select(i => i.Id)
            .ToListAsync(ct);
        foreach (var id in open)
        {
            db.InputEmbeddings.Add(
                new InputEmbedding
                {
                    InputId = id,
                    EmbedderId = embedderId,
                    Vector = EmbeddingStore.ToBytes(vectors[id]),
                }
            );
            if (codes[id] is { } code)
            {
                db.EmbeddingCodes.Add(
                    new EmbeddingCode
                    {
                        InputId = id,
                        EmbedderId = embedderId,
                        Code = code,
                    }
                );
            }
        }
        await db.SaveChangesAsync(ct);
        var now = clock.GetUtcNow().UtcDateTime;
        foreach (var (id, reason) in refused)
        {
            await db
                .Inputs.Where(i => i.Id == id && i.Status == StatusCode.InputSuccess)
                .ExecuteUpdateAsync(
                    set =>
                        set.SetProperty(i => i.Status, StatusCode.InputFailed)
                            .SetProperty(i => i.StatusDetail, reason)
                            .SetProperty(i => i.ModifiedAt, now),
                    ct
                );
        }
        await transaction.CommitAsync(ct);
        changes.Publish(appId, ChangedNoun.Inputs);
    }
}
