using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Ids;
using Portal.Core.Services.Models;

namespace Portal.Core.Services.Annotations;

/// <summary>An annotation a client gives.</summary>
/// <param name="Status">SUCCESS decides; PENDING and the AWAITING statuses queue it for review.</param>
/// <param name="Machine">The source marked it machine-made: it is then no person's decision.</param>
/// <param name="SamplingMethod">How the input came before the person who decides.</param>
public sealed record NewAnnotation(
    long InputId,
    long ConceptId,
    bool Value,
    StatusCode Status = StatusCode.AnnotationSuccess,
    string? Info = null,
    bool Machine = false,
    double? Score = null,
    SamplingMethod SamplingMethod = SamplingMethod.Unstated
);

/// <summary>Which annotations to list. Empty lists do not filter.</summary>
public sealed record AnnotationFilter(
    IReadOnlyList<StatusCode> Statuses,
    IReadOnlyList<string> UserIds,
    IReadOnlyList<string> InputIds,
    IReadOnlyList<string> ConceptIds
)
{
    public static readonly AnnotationFilter None = new([], [], [], []);

    /// <summary>Only what a person is to look at: <see cref="AnnotationStatuses.ForReview"/>.</summary>
    public bool ForReview { get; init; }
}

/// <summary>Annotations as clients read and write them.</summary>
public sealed class AnnotationService(
    IDbContextFactory<PortalDbContext> contexts,
    IdGenerator ids,
    TimeProvider clock,
    ChangeFeed changes,
    DecisionService decisions
)
{
    private readonly LabelResolution _resolution = new(ids, clock);

    /// <summary>Annotations of visible inputs, newest first.</summary>
    /// <param name="before">Only rows with a smaller internal key: the last one of the page before; null for the first
    /// page.</param>
    public async Task<IReadOnlyList<AnnotationView>> ListAsync(
        long appId,
        AnnotationFilter filter,
        long? before,
        int skip,
        int take,
        CancellationToken ct
    )
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var rows = Visible(db).Where(a => a.AppId == appId);
        if (before is { } key)
        {
            rows = rows.Where(a => a.Id < key);
        }

        if (filter.Statuses.Count > 0)
        {
            rows = rows.Where(a => filter.Statuses.Contains(a.Status));
        }

        if (filter.ForReview)
        {
            rows = rows.Where(AnnotationStatuses.ForReview);
        }

        if (filter.UserIds.Count > 0)
        {
            rows = rows.Where(a => db.Users.Any(u => u.Id == a.WrittenAsId && filter.UserIds.Contains(u.UserName!)));
        }

        if (filter.InputIds.Count > 0)
        {
            rows = rows.Where(a => db.Inputs.Any(i => i.Id == a.InputId && filter.InputIds.Contains(i.ExternalId)));
        }

        if (filter.ConceptIds.Count > 0)
        {
            rows = rows.Where(a =>
                db.Concepts.Any(c => c.Id == a.ConceptId && filter.ConceptIds.Contains(c.ExternalId))
            );
        }

        var page = await View(db, rows.OrderByDescending(a => a.Id).Skip(skip).Take(take)).ToListAsync(ct);
        return [.. page.OrderByDescending(a => a.Id)];
    }

    /// <summary>Every annotation of some inputs, for their pages and tiles.</summary>
    public async Task<ILookup<long, AnnotationView>> OfInputsAsync(
        IReadOnlyCollection<long> inputIds,
        CancellationToken ct
    )
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var rows = await View(db, Visible(db).Where(a => inputIds.Contains(a.InputId))).ToListAsync(ct);
        return rows.OrderBy(a => a.Id).ToLookup(a => a.InputId);
    }

    public async Task<AnnotationView> GetAsync(long appId, string externalId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await View(db, Visible(db).Where(a => a.AppId == appId && a.ExternalId == externalId))
                .SingleOrDefaultAsync(ct)
            ?? throw Missing(externalId);
    }

    /// <summary>Writes annotations for a person, or for the machine a source names. All or none.</summary>
    /// <returns>The written rows, in the order given.</returns>
    public async Task<IReadOnlyList<AnnotationView>> WriteAsync(
        long appId,
        long userId,
        IReadOnlyList<NewAnnotation> wanted,
        CancellationToken ct
    )
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await WriteAsync(db, appId, userId, wanted, ct);
        await transaction.CommitAsync(ct);
        changes.Publish(appId, ChangedNoun.Annotations);

        var inputIds = wanted.Select(w => w.InputId).Distinct().ToList();
        var rows = await View(db, Visible(db).Where(a => inputIds.Contains(a.InputId))).ToListAsync(ct);
        return
        [
            .. wanted.Select(w =>
                rows.Where(r =>
                        r.InputId == w.InputId
                        && r.ConceptId == w.ConceptId
                        && (w.Machine ? r.Origin == AnnotationOrigin.Import : r.Origin == AnnotationOrigin.Human)
                    )
                    .MaxBy(r => r.ModifiedAt)!
            ),
        ];
    }

    /// <summary>
    /// Writes inside a transaction of the caller's, who vouches that inputs and concepts are the app's.
    /// </summary>
    internal async Task WriteAsync(
        PortalDbContext db,
        long appId,
        long userId,
        IReadOnlyList<NewAnnotation> wanted,
        CancellationToken ct
    )
    {
        var decided = new List<NewDecision>();
        var queued = new List<NewAnnotation>();
        foreach (var annotation in wanted)
        {
            if (annotation is { Machine: false, Status: StatusCode.AnnotationSuccess })
            {
                decided.Add(
                    new NewDecision(
                        annotation.InputId,
                        annotation.ConceptId,
                        annotation.Value,
                        SamplingMethod: annotation.SamplingMethod
                    )
                );
                continue;
            }
            if (annotation.Status != StatusCode.AnnotationSuccess && !AnnotationStatuses.IsWaiting(annotation.Status))
            {
                throw new PortalException(
                    StatusCode.AnnotationInvalidArgument,
                    $"An annotation cannot be written with status {(int)annotation.Status}. Use 24150 (success), "
                        + $"24151 (pending), 24157 or 24159 (awaiting review)."
                );
            }

            queued.Add(annotation);
        }
        await QueueAsync(db, appId, userId, queued, ct);
        await decisions.AddAsync(db, appId, userId, decided, ct);
        await _resolution.ResolveAsync(db, appId, queued.Select(w => (w.InputId, w.ConceptId)), ct);
    }

    /// <summary>Approves, rejects or sends back an annotation, by the status a client gives it.</summary>
    public async Task<AnnotationView> ChangeStatusAsync(
        long appId,
        long userId,
        string externalId,
        StatusCode status,
        CancellationToken ct
    )
    {
        var annotation = await GetAsync(appId, externalId, ct);
        var decision = status switch
        {
            StatusCode.AnnotationSuccess => new NewDecision(
                annotation.InputId,
                annotation.ConceptId,
                annotation.Value,
                annotation.Id
            ),
            StatusCode.AnnotationReviewDenied => new NewDecision(
                annotation.InputId,
                annotation.ConceptId,
                !annotation.Value,
                annotation.Id
            ),
            _ => throw new PortalException(
                StatusCode.AnnotationInvalidArgument,
                $"An annotation's status can be changed to 24150 (approve) or 24158 (reject), not to {(int)status}.",
                externalId
            ),
        };
        await decisions.DecideAsync(appId, userId, [decision], ct);
        return await GetAsync(appId, externalId, ct);
    }

    /// <summary>
    /// Changes an input's labels, given as ✓ or ✗ per concept: adds them, makes them all there is, or removes them. One
    /// transaction.
    /// </summary>
    /// <param name="labels">By the concept's internal key.</param>
    public async Task PatchLabelsAsync(
        long appId,
        long userId,
        long inputId,
        IReadOnlyDictionary<long, bool> labels,
        PatchAction action,
        CancellationToken ct
    )
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (action != PatchAction.Merge)
        {
            var isOverwrite = action == PatchAction.Overwrite;
            var named = labels.Keys.ToList();
            var rows = await db
                .Annotations.Where(a =>
                    a.InputId == inputId
                    && a.Status == StatusCode.AnnotationSuccess
                    && named.Contains(a.ConceptId) != isOverwrite
                )
                .ToListAsync(ct);
            foreach (var row in rows)
            {
                await RemoveAsync(db, row, ct);
            }
        }
        if (action != PatchAction.Remove)
        {
            await decisions.AddAsync(
                db,
                appId,
                userId,
                [.. labels.Select(l => new NewDecision(inputId, l.Key, l.Value))],
                ct
            );
        }

        await transaction.CommitAsync(ct);
        changes.Publish(appId, ChangedNoun.Annotations);
    }

    /// <summary>
    /// Removes an annotation: a person's own label is taken back in the decision log, another's statement is deleted.
    /// </summary>
    public async Task DeleteAsync(long appId, string externalId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var row =
            await db.Annotations.SingleOrDefaultAsync(a => a.AppId == appId && a.ExternalId == externalId, ct)
            ?? throw Missing(externalId);
        await RemoveAsync(db, row, ct);
        await transaction.CommitAsync(ct);
        changes.Publish(appId, ChangedNoun.Annotations);
    }

    private async Task RemoveAsync(PortalDbContext db, Annotation row, CancellationToken ct)
    {
        if (row is { Origin: AnnotationOrigin.Human, WrittenStatus: StatusCode.AnnotationSuccess })
        {
            await decisions.AddAsync(
                db,
                row.AppId,
                row.WrittenAsId,
                [new NewDecision(row.InputId, row.ConceptId, null)],
                ct
            );
        }
        else
        {
            db.Annotations.Remove(row);
            await db.SaveChangesAsync(ct);
            await _resolution.ResolveAsync(db, row.AppId, row.InputId, [row.ConceptId], ct);
        }
    }

    /// <summary>
    /// Adds statements that are no person's decision. A user's earlier one of that kind, about the same concept on the
    /// same input, is written over.
    /// </summary>
    private async Task QueueAsync(
        PortalDbContext db,
        long appId,
        long userId,
        List<NewAnnotation> wanted,
        CancellationToken ct
    )
    {
        if (wanted.Count == 0)
        {
            return;
        }

        var (inputIds, conceptIds) = (
            wanted.Select(w => w.InputId).Distinct().ToList(),
            wanted.Select(w => w.ConceptId).Distinct().ToList()
        );
        // Chosen and sorted here: SQLite would go through all that the user ever wrote.
        var rows = (
            await db
                .Annotations.Where(a => inputIds.Contains(a.InputId) && conceptIds.Contains(a.ConceptId))
                .ToListAsync(ct)
        )
            .Where(a => a.WrittenAsId == userId && a.Origin != AnnotationOrigin.Workflow)
            .OrderBy(a => a.Id)
            .DistinctBy(a => (a.InputId, a.ConceptId, a.Origin))
            .ToDictionary(a => (a.InputId, a.ConceptId, a.Origin));
        foreach (var annotation in wanted)
        {
            var origin = annotation.Machine ? AnnotationOrigin.Import : AnnotationOrigin.Human;
            if (!rows.TryGetValue((annotation.InputId, annotation.ConceptId, origin), out var row))
            {
                row = new Annotation
                {
                    AppId = appId,
                    ExternalId = ids.NewId(),
                    InputId = annotation.InputId,
                    ConceptId = annotation.ConceptId,
                    WrittenAsId = userId,
                    Origin = origin,
                    CreatedAt = clock.GetUtcNow().UtcDateTime,
                };
                rows.Add((annotation.InputId, annotation.ConceptId, origin), row);
                db.Annotations.Add(row);
            }
            row.Value = annotation.Value;
            row.Status = row.WrittenStatus = annotation.Status;
            row.Score = annotation.Score;
            row.Info = annotation.Info;
            row.ModifiedAt = clock.GetUtcNow().UtcDateTime;
        }
        await db.SaveChangesAsync(ct);
    }

    private static IQueryable<Annotation> Visible(PortalDbContext db) =>
        db
            .Annotations.AsNoTracking()
            .Where(a =>
                db.Inputs.Any(i => i.Id == a.InputId && i.DeletedAt == null)
                && db.Concepts.Any(c => c.Id == a.ConceptId && c.DeletedAt == null)
            );

    private static IQueryable<AnnotationView> View(PortalDbContext db, IQueryable<Annotation> rows) =>
        from a in rows
        join i in db.Inputs on a.InputId equals i.Id
        join c in db.Concepts on a.ConceptId equals c.Id
        join u in db.Users on a.WrittenAsId equals u.Id
        join v in db.WorkflowVersions on a.WorkflowVersionId equals (long?)v.Id into versions
        from v in versions.DefaultIfEmpty()
        join w in db.Workflows on a.WorkflowId equals (long?)w.Id into workflows
        from w in workflows.DefaultIfEmpty()
        join r in db.Users on a.ReviewedById equals (long?)r.Id into reviewers
        from r in reviewers.DefaultIfEmpty()
        select new AnnotationView(
            a.Id,
            a.ExternalId,
            a.InputId,
            i.ExternalId,
            a.ConceptId,
            c.ExternalId,
            c.Name,
            c.Color,
            a.Value,
            a.Status,
            a.Score,
            a.Origin,
            u.UserName!,
            a.WorkflowVersionId,
            w == null ? null : w.ExternalId,
            v == null ? null : v.Number,
            a.NodeId,
            r == null ? null : r.UserName,
            a.ReviewedAt,
            a.Info,
            a.CreatedAt,
            a.ModifiedAt,
            a.ReviewRequested
        );

    private static PortalException Missing(string id) =>
        new(StatusCode.DoesNotExist, $"There is no annotation '{Text.Shown(id)}' in this app.", id);
}
