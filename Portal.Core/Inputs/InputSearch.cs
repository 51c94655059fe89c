using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Annotations;
using Portal.Core.Embeddings;
using Portal.Core.Errors;
using Portal.Core.Storage;

namespace Portal.Core.Inputs;

/// <summary>What one annotation of an input must be like, all at once.</summary>
/// <param name="ConceptId">Internal key, or null for any concept.</param>
/// <param name="Value">✓ or ✗, or null for either.</param>
/// <param name="Statuses">One of these; empty means SUCCESS.</param>
public sealed record AnnotationCriterion(long? ConceptId, bool? Value, IReadOnlyList<StatusCode> Statuses);

/// <summary>What to look for. Every criterion must be met, each by some annotation of the input.</summary>
/// <param name="InputIds">Only these inputs; empty means all.</param>
/// <param name="Like">Order by likeness to this vector; null for the newest first.</param>
public sealed record InputSearchQuery(IReadOnlyList<AnnotationCriterion> Criteria, IReadOnlyList<string> InputIds, Half[]? Like);

/// <summary>An input that was found.</summary>
/// <param name="Score">Cosine of the angle between the two pictures' vectors, −1 to 1; 1 where nothing was compared.</param>
public sealed record SearchHit(long InputId, double Score);

/// <summary>Finds inputs by their annotations and by their likeness to a picture.</summary>
public sealed class InputSearch(IDbContextFactory<PortalDbContext> contexts, EmbeddingStore embeddings)
{
    private const int PageSize = 500;

    /// <summary>One page of hits, the best first. Ranking reads embeddings in pages and keeps no more hits than the page needs.</summary>
    public async Task<IReadOnlyList<SearchHit>> FindAsync(long appId, InputSearchQuery query, int skip, int take, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var rows = Where(db, appId, query);
        if (query.Like is { } like) return await RankAsync(db, rows, like, skip, take, ct);
        var keys = await rows.OrderByDescending(i => i.Id).Select(i => i.Id).Skip(skip).Take(take).ToListAsync(ct);
        return keys.ConvertAll(key => new SearchHit(key, 1));
    }

    private async Task<IReadOnlyList<SearchHit>> RankAsync(PortalDbContext db, IQueryable<Input> rows, Half[] like, int skip, int take, CancellationToken ct)
    {
        var embedderId = await embeddings.EmbedderIdAsync(ct);
        var wanted = ToSingles(like);
        var best = new PriorityQueue<long, (double Score, long Newest)>();
        long last = 0;
        while (true)
        {
            var page = await (from i in rows
                              join e in db.InputEmbeddings on i.Id equals e.InputId
                              where e.EmbedderId == embedderId && i.Id > last
                              orderby i.Id
                              select new { i.Id, e.Vector }).Take(PageSize).ToListAsync(ct);
            if (page.Count == 0) break;
            foreach (var row in page)
            {
                var score = TensorPrimitives.CosineSimilarity(wanted, ToSingles(MemoryMarshal.Cast<byte, Half>(row.Vector)));
                best.Enqueue(row.Id, (score, row.Id));
                if (best.Count > skip + take) best.Dequeue();
            }
            last = page[^1].Id;
        }
        var hits = new List<SearchHit>(best.Count);
        while (best.TryDequeue(out var key, out var rank)) hits.Add(new SearchHit(key, rank.Score));
        hits.Reverse();
        return [.. hits.Skip(skip)];
    }

    private static IQueryable<Input> Where(PortalDbContext db, long appId, InputSearchQuery query)
    {
        var rows = db.Inputs.AsNoTracking().Where(i => i.AppId == appId && i.DeletedAt == null);
        if (query.InputIds.Count > 0) rows = rows.Where(i => query.InputIds.Contains(i.ExternalId));
        foreach (var criterion in query.Criteria)
        {
            IReadOnlyList<StatusCode> statuses = criterion.Statuses.Count > 0 ? criterion.Statuses : [StatusCode.AnnotationSuccess];
            rows = rows.Where(i => db.Annotations.Any(a => a.InputId == i.Id && statuses.Contains(a.Status)
                && (criterion.ConceptId == null || a.ConceptId == criterion.ConceptId)
                && (criterion.Value == null || a.Value == criterion.Value)));
        }
        return rows;
    }

    private static float[] ToSingles(ReadOnlySpan<Half> vector)
    {
        var singles = new float[vector.Length];
        TensorPrimitives.ConvertToSingle(vector, singles);
        return singles;
    }
}
