using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Audit;
using Portal.Core.Domain.Ids;
using Portal.Core.Domain.Inputs;
using Portal.Core.Services.Annotations;
using Portal.Core.Services.Audit;
using Portal.Core.Services.Inputs;

namespace Portal.Core.Services.Bulk;

/// <summary>
/// Changes many inputs in one undoable step. It goes in batches, a transaction each, so that uploads and other people's
/// decisions come in between. Doing a step again changes only what it has not reached.
/// </summary>
public sealed class BulkService(
    IDbContextFactory<PortalDbContext> contexts,
    DecisionService decisions,
    IdGenerator ids,
    TimeProvider clock,
    ChangeFeed changes,
    InputSignal signal
)
{
    private const int BatchSize = 200;

    // The database keeps times to the microsecond.
    public BulkStep Begin(BulkKind kind, long? conceptId) =>
        new(kind, conceptId, ids.NewId(), new DateTime(clock.GetUtcNow().UtcTicks / 10 * 10, DateTimeKind.Utc));

    /// <param name="progress">Hears how many inputs have been gone through.</param>
    public async Task<BulkResult> ApplyAsync(
        long appId,
        long userId,
        BulkStep step,
        InputSet inputs,
        Action<int> progress,
        CancellationToken ct
    )
    {
        await RecordAsync(appId, AuditKind.InputsChanged, step, inputs, ct);
        var (seen, changed, tags) = (0, 0, 0);
        foreach (var batch in inputs.Ascending().Chunk(BatchSize))
        {
            ct.ThrowIfCancellationRequested();
            await using (var db = await contexts.CreateDbContextAsync(ct))
            {
                await using var transaction = await db.Database.BeginTransactionAsync(ct);
                if (step.Kind == BulkKind.Delete)
                {
                    changed += await HideAsync(db, appId, batch, step.At, ct);
                }
                else
                {
                    var made = await DecisionsAsync(db, appId, step, batch, ct);
                    if (made.Count > 0)
                    {
                        await decisions.AddAsync(db, appId, userId, made, ct, step.BatchId);
                    }

                    changed += made.Select(d => d.InputId).Distinct().Count();
                    tags += made.Count;
                }
                await transaction.CommitAsync(ct);
            }
            Publish(appId, step);
            progress(seen += batch.Length);
        }
        return new BulkResult(changed, tags);
    }

    /// <summary>Takes a step back, wherever it had got to. What somebody else did since stands.</summary>
    /// <param name="progress">Hears how many inputs or decisions have been taken back.</param>
    public async Task<int> UndoAsync(
        long appId,
        long userId,
        BulkStep step,
        InputSet inputs,
        Action<int> progress,
        CancellationToken ct
    )
    {
        await RecordAsync(appId, AuditKind.InputsChangeUndone, step, inputs, ct);
        var undone = 0;
        if (step.Kind == BulkKind.Delete)
        {
            foreach (var batch in inputs.Ascending().Chunk(BatchSize))
            {
                progress(undone += await RestoreAsync(appId, batch, step.At, ct));
                Publish(appId, step);
            }
            signal.Wake();
            return undone;
        }
        while (await decisions.UndoAsync(appId, userId, step.BatchId, BatchSize, ct) is > 0 and var count)
        {
            progress(undone += count);
        }

        return undone;
    }

    /// <summary>
    /// One entry a step, however many batches it goes in and however often a restart begins it again. It is written
    /// first: what follows may be cut off.
    /// </summary>
    private async Task RecordAsync(long appId, AuditKind kind, BulkStep step, InputSet inputs, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        if (await db.AuditEntries.AnyAsync(e => e.AppId == appId && e.Kind == kind && e.Subject == step.BatchId, ct))
        {
            return;
        }

        var concept = step.ConceptId is { } id
            ? await db.Concepts.Where(c => c.Id == id).Select(c => c.ExternalId).SingleAsync(ct)
            : null;
        db.Audit(
            kind,
            appId,
            step.BatchId,
            $"{step.Kind.ToString().ToLowerInvariant()} {concept}".TrimEnd(),
            to: string.Create(CultureInfo.InvariantCulture, $"{inputs.Count} inputs")
        );
        await db.SaveChangesAsync(ct);
    }

    private static async Task<IReadOnlyList<NewDecision>> DecisionsAsync(
        PortalDbContext db,
        long appId,
        BulkStep step,
        long[] inputIds,
        CancellationToken ct
    )
    {
        if (step.Kind is BulkKind.Approve or BulkKind.Reject)
        {
            var waiting = await db
                .Annotations.Where(a =>
                    a.AppId == appId
                    && inputIds.Contains(a.InputId)
                    && AnnotationStatuses.Waiting.Contains(a.Status)
                    && (step.ConceptId == null || a.ConceptId == step.ConceptId)
                    && db.Inputs.Any(i => i.Id == a.InputId && i.DeletedAt == null)
                    && db.Concepts.Any(c => c.Id == a.ConceptId && c.DeletedAt == null)
                )
                .Select(a => new
                {
                    a.Id,
                    a.InputId,
                    a.ConceptId,
                    a.Value,
                })
                .ToListAsync(ct);
            return
            [
                .. waiting
                    .DistinctBy(a => (a.InputId, a.ConceptId))
                    .Select(a => new NewDecision(
                        a.InputId,
                        a.ConceptId,
                        step.Kind == BulkKind.Approve ? a.Value : !a.Value,
                        a.Id
                    )),
            ];
        }
        var value = step.Kind == BulkKind.Present;
        var conceptId = step.ConceptId!.Value;
        // Where a person has said so already there is nothing to say.
        var inputs = await db
            .Inputs.Where(i =>
                i.AppId == appId
                && inputIds.Contains(i.Id)
                && i.DeletedAt == null
                && !db.Labels.Any(l => l.InputId == i.Id && l.ConceptId == conceptId && l.IsHuman && l.Value == value)
            )
            .Select(i => i.Id)
            .ToListAsync(ct);
        return inputs.ConvertAll(id => new NewDecision(id, conceptId, value));
    }

    private static async Task<int> HideAsync(
        PortalDbContext db,
        long appId,
        long[] inputIds,
        DateTime at,
        CancellationToken ct
    )
    {
        var rows = await db
            .Inputs.Where(i => i.AppId == appId && inputIds.Contains(i.Id) && i.DeletedAt == null)
            .ToListAsync(ct);
        foreach (var row in rows)
        {
            row.Hide(at);
            row.ModifiedAt = at;
        }
        await db.SaveChangesAsync(ct);
        return rows.Count;
    }

    private async Task<int> RestoreAsync(long appId, long[] inputIds, DateTime at, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var rows = await db
            .Inputs.Where(i => i.AppId == appId && inputIds.Contains(i.Id) && i.DeletedAt == at)
            .ToListAsync(ct);
        var names = rows.ConvertAll(r => r.VisibleId());
        var taken = (
            await db
                .Inputs.Where(i => i.AppId == appId && names.Contains(i.ExternalId))
                .Select(i => i.ExternalId)
                .ToListAsync(ct)
        ).ToHashSet(StringComparer.Ordinal);
        // An id that something else took meanwhile stays its own; the input comes back under a new one.
        foreach (var row in rows)
        {
            var isTaken = taken.Contains(row.VisibleId());
            row.Restore();
            if (isTaken)
            {
                row.ExternalId = ids.NewId();
            }

            row.ModifiedAt = clock.GetUtcNow().UtcDateTime;
        }
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return rows.Count;
    }

    private void Publish(long appId, BulkStep step) =>
        changes.Publish(appId, step.Kind == BulkKind.Delete ? ChangedNoun.Inputs : ChangedNoun.Annotations);
}
