using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Ids;

namespace Portal.Core.Services.Annotations;

/// <summary>
/// Derives, for concepts on one input, everything that follows from what machines wrote and people decided: each
/// person's own row, the status and reviewer of every other annotation, and the label. It is the only code that sets
/// them, and it can be repeated at will.
/// </summary>
internal sealed class LabelResolution(IdGenerator ids, TimeProvider clock)
{
    private static readonly Func<PortalDbContext, long, long, IAsyncEnumerable<Decision>> DecisionsOfOne =
        EF.CompileAsyncQuery(
            (PortalDbContext db, long inputId, long conceptId) =>
                db
                    .Decisions.AsNoTracking()
                    .Where(d => d.InputId == inputId && d.ConceptId == conceptId && d.UndoneAt == null)
                    .OrderBy(d => d.Id)
                    .AsQueryable()
        );

    private static readonly Func<PortalDbContext, long, long, IAsyncEnumerable<Annotation>> AnnotationsOfOne =
        EF.CompileAsyncQuery(
            (PortalDbContext db, long inputId, long conceptId) =>
                db.Annotations.Where(a => a.InputId == inputId && a.ConceptId == conceptId)
        );

    private static readonly Func<PortalDbContext, long, long, IAsyncEnumerable<Label>> LabelOfOne =
        EF.CompileAsyncQuery(
            (PortalDbContext db, long inputId, long conceptId) =>
                db.Labels.Where(l => l.InputId == inputId && l.ConceptId == conceptId)
        );

    /// <summary>Settles concepts on one input, as below.</summary>
    public Task ResolveAsync(
        PortalDbContext db,
        long appId,
        long inputId,
        IReadOnlyCollection<long> conceptIds,
        CancellationToken ct
    ) => ResolveAsync(db, appId, conceptIds.Select(c => (inputId, c)), ct);

    /// <summary>
    /// Settles concepts on inputs, each pair by itself, and saves. Call inside the transaction of the change, after its
    /// annotations were saved; decisions that were added and not saved yet count as the latest, and are saved along.
    /// </summary>
    public async Task ResolveAsync(
        PortalDbContext db,
        long appId,
        IEnumerable<(long InputId, long ConceptId)> places,
        CancellationToken ct
    )
    {
        var wanted = places.ToHashSet();
        if (wanted.Count == 0)
        {
            return;
        }

        var stored = await StoredAsync(
            db,
            [.. wanted.Select(p => p.InputId).Distinct()],
            [.. wanted.Select(p => p.ConceptId).Distinct()],
            ct
        );
        var decisions = stored
            .Decisions.Concat(db.Decisions.Local.Where(d => d.Id == 0))
            .ToLookup(d => (d.InputId, d.ConceptId));
        var annotations = stored.Annotations.ToLookup(a => (a.InputId, a.ConceptId));
        var labels = stored.Labels.ToDictionary(l => (l.InputId, l.ConceptId));

        foreach (var (inputId, conceptId) in wanted)
        {
            var ofConcept = decisions[(inputId, conceptId)].ToList();
            var rows = annotations[(inputId, conceptId)].ToList();
            // Each person counts once, with the latest word; of several people the latest by sequence wins.
            var latest = ofConcept
                .AsEnumerable()
                .Reverse()
                .DistinctBy(d => d.UserId)
                .FirstOrDefault(d => d.Value is not null);

            ResolveOwnRows(db, appId, inputId, conceptId, ofConcept, rows);
            foreach (var row in rows.Where(r => !IsOwnStatement(r)))
            {
                Review(row, latest);
            }

            ResolveLabel(db, appId, inputId, conceptId, latest, rows, labels.GetValueOrDefault((inputId, conceptId)));
        }
        await db.SaveChangesAsync(ct);
    }

    private static async Task<StoredRows> StoredAsync(
        PortalDbContext db,
        List<long> inputIds,
        List<long> conceptIds,
        CancellationToken ct
    )
    {
        // One answer at a time is what people wait for: these queries are translated once.
        if (inputIds is [var inputId] && conceptIds is [var conceptId])
        {
            return new StoredRows(
                await DecisionsOfOne(db, inputId, conceptId).ToListAsync(ct),
                await AnnotationsOfOne(db, inputId, conceptId).ToListAsync(ct),
                await LabelOfOne(db, inputId, conceptId).ToListAsync(ct)
            );
        }
        // Sorted here: to have them in order SQLite would go through all decisions about a concept.
        var decisions = await db
            .Decisions.AsNoTracking()
            .Where(d => inputIds.Contains(d.InputId) && conceptIds.Contains(d.ConceptId) && d.UndoneAt == null)
            .ToListAsync(ct);
        return new StoredRows(
            [.. decisions.OrderBy(d => d.Id)],
            await db
                .Annotations.Where(a => inputIds.Contains(a.InputId) && conceptIds.Contains(a.ConceptId))
                .ToListAsync(ct),
            await db.Labels.Where(l => inputIds.Contains(l.InputId) && conceptIds.Contains(l.ConceptId)).ToListAsync(ct)
        );
    }

    /// <summary>A person's plain ✓ or ✗; anything else waits for, or was settled by, a review.</summary>
    private static bool IsOwnStatement(Annotation row) =>
        row is { Origin: AnnotationOrigin.Human, WrittenStatus: StatusCode.AnnotationSuccess };

    private void ResolveOwnRows(
        PortalDbContext db,
        long appId,
        long inputId,
        long conceptId,
        List<Decision> decisions,
        List<Annotation> rows
    )
    {
        var owners = decisions
            .Select(d => d.UserId)
            .Concat(rows.Where(IsOwnStatement).Select(r => r.WrittenAsId))
            .Distinct()
            .ToList();
        foreach (var userId in owners)
        {
            var own = decisions.Where(d => d.UserId == userId).ToList();
            var sinceClear = own.Skip(own.FindLastIndex(d => d.Kind == DecisionKind.Clear) + 1).ToList();
            var row = rows.SingleOrDefault(r => r.Origin == AnnotationOrigin.Human && r.WrittenAsId == userId);
            if (row is not null && !IsOwnStatement(row))
            {
                continue;
            }

            if (!sinceClear.Any(d => d.Kind == DecisionKind.Label))
            {
                if (row is null)
                {
                    continue;
                }

                db.Annotations.Remove(row);
                rows.Remove(row);
                continue;
            }
            var value = sinceClear[^1].Value ?? false;
            if (row is null)
            {
                row = new Annotation
                {
                    AppId = appId,
                    ExternalId = ids.NewId(),
                    InputId = inputId,
                    ConceptId = conceptId,
                    Value = value,
                    Status = StatusCode.AnnotationSuccess,
                    WrittenStatus = StatusCode.AnnotationSuccess,
                    WrittenAsId = userId,
                    Origin = AnnotationOrigin.Human,
                    CreatedAt = Now,
                    ModifiedAt = Now,
                };
                db.Annotations.Add(row);
                rows.Add(row);
            }
            else if (row.Value != value)
            {
                row.Value = value;
                row.ModifiedAt = Now;
            }
        }
    }

    private void Review(Annotation row, Decision? latest)
    {
        var status =
            latest is null ? row.WrittenStatus
            : latest.Value == row.Value ? StatusCode.AnnotationSuccess
            : StatusCode.AnnotationReviewDenied;
        if (row.Status == status && row.ReviewedById == latest?.UserId)
        {
            return;
        }

        row.Status = status;
        row.ReviewedById = latest?.UserId;
        row.ReviewedAt = latest?.CreatedAt;
        row.ModifiedAt = Now;
    }

    private static void ResolveLabel(
        PortalDbContext db,
        long appId,
        long inputId,
        long conceptId,
        Decision? latest,
        List<Annotation> rows,
        Label? label
    )
    {
        var machine = rows.Where(r => r is { IsMachine: true, Status: StatusCode.AnnotationSuccess }).MaxBy(r => r.Id);
        var value = latest?.Value ?? machine?.Value;
        if (value is null)
        {
            if (label is not null)
            {
                db.Labels.Remove(label);
            }

            return;
        }
        if (label is null)
        {
            label = new Label
            {
                AppId = appId,
                InputId = inputId,
                ConceptId = conceptId,
            };
            db.Labels.Add(label);
        }
        label.Value = value.Value;
        label.IsHuman = latest is not null;
    }

    private sealed record StoredRows(List<Decision> Decisions, List<Annotation> Annotations, List<Label> Labels);

    private DateTime Now => clock.GetUtcNow().UtcDateTime;
}
