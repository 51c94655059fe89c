using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Explorer;
using Portal.Core.Domain.Inputs;
using Portal.Core.Services.Embeddings;

namespace Portal.Core.Services.Explorer;

/// <summary>
/// Keeps an <see cref="AppIndex"/> of each app that is looked at. The first question reads the app through; later ones
/// read what the change log says has changed since, so an answer is as new as the database.
/// </summary>
public sealed class InputIndex(IDbContextFactory<PortalDbContext> contexts, EmbeddingStore embeddings)
{
    private const int ReadAtOnce = 500;

    // Entries of the log that are kept before they are removed, and that are removed at once: writers wait meanwhile.
    private const int KeptChanges = 20_000;
    private readonly ConcurrentDictionary<long, AppIndex> _apps = new();
    private readonly ConcurrentDictionary<long, SemaphoreSlim> _reading = new();

    /// <summary>Asks something of the current index of an app.</summary>
    /// <param name="question">Must not change the index.</param>
    internal async Task<T> AskAsync<T>(long appId, Func<AppIndex, T> question, CancellationToken ct)
    {
        var index = await CurrentAsync(appId, ct);
        index.Lock.EnterReadLock();
        try
        {
            return question(index);
        }
        finally
        {
            index.Lock.ExitReadLock();
        }
    }

    /// <summary>Reads an app's index, or what has changed since.</summary>
    public Task WarmAsync(long appId, CancellationToken ct) => CurrentAsync(appId, ct);

    private async Task<AppIndex> CurrentAsync(long appId, CancellationToken ct)
    {
        // One reader at a time: the next finds its work done.
        var gate = _reading.GetOrAdd(appId, _ => new SemaphoreSlim(1));
        await gate.WaitAsync(ct);
        try
        {
            var embedderId = await embeddings.EmbedderIdAsync(ct);
            await using var db = await contexts.CreateDbContextAsync(ct);
            if (!_apps.TryGetValue(appId, out var index))
            {
                _apps[appId] = index = await Task.Run(
                    () => new AppIndexReader(contexts, appId, embedderId).Read(ct),
                    ct
                );
            }

            await CatchUpAsync(db, appId, embedderId, index, ct);
            return index;
        }
        finally
        {
            gate.Release();
        }
    }

    private static async Task CatchUpAsync(
        PortalDbContext db,
        long appId,
        long embedderId,
        AppIndex index,
        CancellationToken ct
    )
    {
        var changes = await db
            .InputChanges.Where(c => c.AppId == appId && c.Id > index.LastChange)
            .Select(c => new { c.Id, c.InputId })
            .ToListAsync(ct);
        if (changes.Count == 0)
        {
            return;
        }

        foreach (var inputIds in changes.Select(c => c.InputId).Distinct().Chunk(ReadAtOnce))
        {
            // What is read may be newer than its entry; then another entry follows, and the input is read again.
            var inputs = Inputs(db.Inputs.Where(i => inputIds.Contains(i.Id))).ToList();
            var tags = Tags(db.Annotations.Where(a => inputIds.Contains(a.InputId))).ToList();
            var labels = Labels(db.Labels.Where(l => inputIds.Contains(l.InputId))).ToList();
            var embedded = await db
                .InputEmbeddings.Where(e => e.EmbedderId == embedderId && inputIds.Contains(e.InputId))
                .Select(e => e.InputId)
                .ToListAsync(ct);
            index.Lock.EnterWriteLock();
            try
            {
                foreach (var inputId in inputIds)
                {
                    index.Forget(inputId);
                }

                foreach (var (id, facts, videoId) in inputs)
                {
                    index.AddInput(id, facts, videoId);
                }

                foreach (var (inputId, kind, score) in tags)
                {
                    index.AddTag(inputId, kind, score);
                }

                foreach (var (inputId, kind) in labels)
                {
                    index.AddLabel(inputId, kind);
                }

                foreach (var inputId in embedded)
                {
                    index.Embedded.Add(inputId);
                }
            }
            finally
            {
                index.Lock.ExitWriteLock();
            }
        }
        index.LastChange = changes.Max(c => c.Id);
        await TrimAsync(db, appId, index, ct);
    }

    private static async Task TrimAsync(PortalDbContext db, long appId, AppIndex index, CancellationToken ct)
    {
        while (index.LastChange - index.TrimmedTo > KeptChanges)
        {
            var to = Math.Min(index.TrimmedTo + KeptChanges, index.LastChange);
            await db.InputChanges.Where(c => c.AppId == appId && c.Id <= to).ExecuteDeleteAsync(ct);
            index.TrimmedTo = to;
        }
    }

    private static IEnumerable<(long Id, InputFacts Facts, long? VideoId)> Inputs(IQueryable<Input> rows) =>
        rows.AsNoTracking()
            .Where(i => i.DeletedAt == null)
            .Select(i => new
            {
                i.Id,
                i.CreatedAt,
                i.Status,
                i.FileName,
                i.ExternalId,
                i.Metadata,
                i.VideoId,
            })
            .AsEnumerable()
            .Select(i => (i.Id, InputFacts.Of(i.CreatedAt, i.Status, i.FileName, i.ExternalId, i.Metadata), i.VideoId));

    private static IEnumerable<(long InputId, TagKind Kind, double? Score)> Tags(IQueryable<Annotation> rows) =>
        rows.AsNoTracking()
            .Select(a => new
            {
                a.InputId,
                a.ConceptId,
                a.Value,
                a.Status,
                a.Origin,
                a.WorkflowId,
                a.WrittenAsId,
                a.ReviewedById,
                a.Score,
                a.ReviewRequested,
            })
            .AsEnumerable()
            .Select(a =>
                (
                    a.InputId,
                    new TagKind(
                        a.ConceptId,
                        a.Value,
                        a.Status,
                        a.Origin,
                        a.WorkflowId,
                        a.WrittenAsId,
                        a.ReviewedById,
                        a.ReviewRequested
                    ),
                    a.Score
                )
            );

    private static IEnumerable<(long InputId, LabelKind Kind)> Labels(IQueryable<Label> rows) =>
        rows.AsNoTracking()
            .Select(l => new
            {
                l.InputId,
                l.ConceptId,
                l.Value,
                l.IsHuman,
            })
            .AsEnumerable()
            .Select(l => (l.InputId, new LabelKind(l.ConceptId, l.Value, l.IsHuman)));
}
