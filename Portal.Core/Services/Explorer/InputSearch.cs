using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Engines.Embedding;

namespace Portal.Core.Services.Explorer;

/// <summary>What one annotation of an input must be like, all at once.</summary>
/// <param name="ConceptId">Internal key, or null for any concept.</param>
/// <param name="Value">✓ or ✗, or null for either.</param>
/// <param name="Statuses">One of these; empty means SUCCESS.</param>
public sealed record AnnotationCriterion(long? ConceptId, bool? Value, IReadOnlyList<StatusCode> Statuses);

/// <summary>What to look for. Every criterion must be met, each by some annotation of the input.</summary>
/// <param name="InputIds">Only these inputs; empty means all.</param>
/// <param name="Like">Order by likeness to this vector; null for the newest first.</param>
public sealed record InputSearchQuery(
    IReadOnlyList<AnnotationCriterion> Criteria,
    IReadOnlyList<string> InputIds,
    Half[]? Like
);

/// <summary>An input that was found.</summary>
/// <param name="Score">Cosine of the angle between the two pictures' vectors, −1 to 1; 1 where nothing was
/// compared.</param>
public sealed record SearchHit(long InputId, double Score);

/// <summary>Finds inputs by their annotations and by their likeness to a picture.</summary>
public sealed class InputSearch(IDbContextFactory<PortalDbContext> contexts, SimilarInputs similar)
{
    /// <summary>
    /// One page of hits, the best first. By likeness the first thousand are picked by codes and ranked by their
    /// vectors; pages beyond are exact.
    /// </summary>
    public async Task<IReadOnlyList<SearchHit>> FindAsync(
        long appId,
        InputSearchQuery query,
        int skip,
        int take,
        CancellationToken ct
    )
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        if (query.Like is { } like)
        {
            return await RankAsync(db, appId, query, like, skip, take, ct);
        }

        var keys = await Where(db, appId, query)
            .OrderByDescending(i => i.Id)
            .Select(i => i.Id)
            .Skip(skip)
            .Take(take)
            .ToListAsync(ct);
        return keys.ConvertAll(key => new SearchHit(key, 1));
    }

    private async Task<IReadOnlyList<SearchHit>> RankAsync(
        PortalDbContext db,
        long appId,
        InputSearchQuery query,
        Half[] like,
        int skip,
        int take,
        CancellationToken ct
    )
    {
        InputSet? within = null;
        if (query.InputIds.Count > 0 || query.Criteria.Count > 0)
        {
            within = new InputSet(await Where(db, appId, query).Select(i => i.Id).ToListAsync(ct));
        }

        return await similar.PageAsync(appId, EmbeddingCoder.Singles(like), within, skip, take, ct);
    }

    private static IQueryable<Input> Where(PortalDbContext db, long appId, InputSearchQuery query)
    {
        var rows = db.Inputs.AsNoTracking().Where(i => i.AppId == appId && i.DeletedAt == null);
        if (query.InputIds.Count > 0)
        {
            rows = rows.Where(i => query.InputIds.Contains(i.ExternalId));
        }

        foreach (var criterion in query.Criteria)
        {
            IReadOnlyList<StatusCode> statuses =
                criterion.Statuses.Count > 0 ? criterion.Statuses : [StatusCode.AnnotationSuccess];
            rows = rows.Where(i =>
                db.Annotations.Any(a =>
                    a.InputId == i.Id
                    && statuses.Contains(a.Status)
                    && (criterion.ConceptId == null || a.ConceptId == criterion.ConceptId)
                    && (criterion.Value == null || a.Value == criterion.Value)
                )
            );
        }
        return rows;
    }
}
