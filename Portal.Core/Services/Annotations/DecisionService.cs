using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Ids;
using Portal.Core.Platform;

namespace Portal.Core.Services.Annotations;

/// <summary>What a person says about one concept on one input.</summary>
/// <param name="Value">✓ true, ✗ false; null takes the person's own label back.</param>
/// <param name="AnnotationId">The waiting annotation this approves or rejects, or null for a label of the person's
/// own.</param>
/// <param name="ClientId">Made where the decision was made; a second decision with the same id is the first one sent
/// again.</param>
/// <param name="SamplingMethod">How the input came before the person; null when nobody said, which for an approval or a
/// rejection means as one that was pending.</param>
/// <param name="Seen">The last sequence number the person knew of when deciding; what was decided otherwise since is a
/// conflict. Null: not checked.</param>
public sealed record NewDecision(
    long InputId,
    long ConceptId,
    bool? Value,
    long? AnnotationId = null,
    string? ClientId = null,
    SamplingMethod? SamplingMethod = null,
    long? Seen = null
);

/// <summary>A decision that was not made, since it was decided otherwise after the person looked.</summary>
/// <param name="Value">What was decided meanwhile, and by whom.</param>
public sealed record DecisionConflict(NewDecision Decision, bool? Value, string UserName);

/// <summary>What became of decisions made in one step.</summary>
/// <param name="BatchId">Takes the whole step back.</param>
/// <param name="Sequence">The last sequence number of the step; 0 when nothing of it was made.</param>
public sealed record DecidedStep(string BatchId, long Sequence, IReadOnlyList<DecisionConflict> Conflicts);

/// <summary>One line of an input's history.</summary>
public sealed record DecisionEntry(
    long Sequence,
    long ConceptId,
    DecisionKind Kind,
    bool? Value,
    string UserName,
    DateTime CreatedAt,
    DateTime? UndoneAt
);

/// <summary>People's decisions: made, undone, and read as history. Each call is one transaction.</summary>
public sealed class DecisionService(
    IDbContextFactory<PortalDbContext> contexts,
    IdGenerator ids,
    TimeProvider clock,
    ChangeFeed changes
)
{
    private static readonly Func<PortalDbContext, long, long, long, Task<bool>> IsOfApp = EF.CompileAsyncQuery(
        (PortalDbContext db, long appId, long inputId, long conceptId) =>
            db.Inputs.Any(i =>
                i.Id == inputId && i.AppId == appId && db.Concepts.Any(c => c.Id == conceptId && c.AppId == appId)
            )
    );

    private readonly LabelResolution _resolution = new(ids, clock);

    /// <summary>Records decisions as one step and settles what follows from them, all or none.</summary>
    /// <returns>The batch id, with which <see cref="UndoAsync"/> takes them all back.</returns>
    public async Task<string> DecideAsync(
        long appId,
        long userId,
        IReadOnlyList<NewDecision> decisions,
        CancellationToken ct
    ) => (await DecideStepAsync(appId, userId, decisions, ct)).BatchId;

    /// <summary>
    /// As <see cref="DecideAsync"/>, leaving out and reporting what was decided otherwise since the person looked.
    /// </summary>
    public async Task<DecidedStep> DecideStepAsync(
        long appId,
        long userId,
        IReadOnlyList<NewDecision> decisions,
        CancellationToken ct
    )
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await CheckAsync(db, appId, decisions, ct);
        var conflicts = await ConflictsAsync(db, userId, decisions, ct);
        var batch = await AddAsync(db, appId, userId, [.. decisions.Except(conflicts.Select(c => c.Decision))], ct);
        // Nothing was added where all of it was sent before, or was in conflict.
        var sequence =
            db.Decisions.Local.Count > 0
                ? db.Decisions.Local.Max(d => d.Id)
                : await db.Decisions.Where(d => d.BatchId == batch).MaxAsync(d => (long?)d.Id, ct) ?? 0;
        await transaction.CommitAsync(ct);
        foreach (var made in db.Decisions.Local.CountBy(d => d.Kind))
        {
            Telemetry.Decisions.Add(
                made.Value,
                new KeyValuePair<string, object?>("kind", made.Key.ToString().ToLowerInvariant())
            );
        }

        changes.Publish(appId, ChangedNoun.Annotations);
        return new DecidedStep(batch, sequence, conflicts);
    }

    /// <summary>The last sequence number of an app: what a person who is shown something now has seen.</summary>
    public async Task<long> SequenceAsync(long appId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.Decisions.Where(d => d.AppId == appId).MaxAsync(d => (long?)d.Id, ct) ?? 0;
    }

    /// <summary>Takes back everything one batch decided. Doing so twice changes nothing more.</summary>
    /// <returns>How many decisions were taken back.</returns>
    public Task<int> UndoAsync(long appId, long userId, string batchId, CancellationToken ct) =>
        UndoAsync(appId, userId, batchId, int.MaxValue, ct);

    /// <summary>
    /// Takes back up to <paramref name="most"/> decisions of a batch, the latest first: a large batch goes in several
    /// transactions.
    /// </summary>
    internal async Task<int> UndoAsync(long appId, long userId, string batchId, int most, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var batch = await db
            .Decisions.Where(d => d.AppId == appId && d.BatchId == batchId && d.UserId == userId && d.UndoneAt == null)
            .OrderByDescending(d => d.Id)
            .Take(most)
            .ToListAsync(ct);
        foreach (var decision in batch)
        {
            decision.UndoneAt = Now;
            decision.UndoneById = userId;
        }
        await db.SaveChangesAsync(ct);
        await _resolution.ResolveAsync(db, appId, batch.Select(d => (d.InputId, d.ConceptId)), ct);
        await transaction.CommitAsync(ct);
        if (batch.Count > 0)
        {
            changes.Publish(appId, ChangedNoun.Annotations);
        }

        return batch.Count;
    }

    /// <summary>Every decision about an input, undone ones too, newest first.</summary>
    public async Task<IReadOnlyList<DecisionEntry>> HistoryAsync(long inputId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await (
            from d in db.Decisions
            join u in db.Users on d.UserId equals u.Id
            where d.InputId == inputId
            orderby d.Id descending
            select new DecisionEntry(d.Id, d.ConceptId, d.Kind, d.Value, u.UserName!, d.CreatedAt, d.UndoneAt)
        )
            .Take(200)
            .ToListAsync(ct);
    }

    /// <summary>
    /// Adds decisions inside a transaction of the caller's. The caller vouches that inputs and concepts are the app's.
    /// </summary>
    /// <param name="batchId">The batch they join; null begins one.</param>
    internal async Task<string> AddAsync(
        PortalDbContext db,
        long appId,
        long userId,
        IReadOnlyList<NewDecision> decisions,
        CancellationToken ct,
        string? batchId = null
    )
    {
        var batch = batchId ?? ids.NewId();
        var clientIds = decisions.Select(d => d.ClientId).OfType<string>().ToList();
        var known =
            clientIds.Count == 0
                ? []
                : await db
                    .Decisions.Where(d => d.UserId == userId && clientIds.Contains(d.ClientId!))
                    .Select(d => new { d.ClientId, d.BatchId })
                    .ToListAsync(ct);
        var seen = known.Select(k => k.ClientId!).ToHashSet(StringComparer.Ordinal);
        var rows = new List<Decision>();
        foreach (var decision in decisions)
        {
            if (decision.ClientId is { } clientId && !seen.Add(clientId))
            {
                continue;
            }

            rows.Add(
                new Decision
                {
                    AppId = appId,
                    InputId = decision.InputId,
                    ConceptId = decision.ConceptId,
                    UserId = userId,
                    Kind = KindOf(decision),
                    Value = decision.Value,
                    SamplingMethod =
                        decision.SamplingMethod
                        ?? (decision.AnnotationId is null ? SamplingMethod.Unstated : SamplingMethod.Pending),
                    AnnotationId = decision.AnnotationId,
                    ClientId = decision.ClientId,
                    BatchId = batch,
                    CreatedAt = Now,
                }
            );
        }
        // A batch that was sent again answers with the id it got the first time, so that its undo still works.
        if (rows.Count == 0)
        {
            return known.FirstOrDefault()?.BatchId ?? batch;
        }

        db.Decisions.AddRange(rows);
        await _resolution.ResolveAsync(db, appId, rows.Select(d => (d.InputId, d.ConceptId)), ct);
        return batch;
    }

    private static async Task<IReadOnlyList<DecisionConflict>> ConflictsAsync(
        PortalDbContext db,
        long userId,
        IReadOnlyList<NewDecision> decisions,
        CancellationToken ct
    )
    {
        var looked = decisions.Where(d => d.Seen is not null).ToList();
        if (looked.Count == 0)
        {
            return [];
        }

        var (oldest, inputIds) = (looked.Min(d => d.Seen), looked.Select(d => d.InputId).Distinct().ToList());
        var since = await (
            from d in db.Decisions
            join u in db.Users on d.UserId equals u.Id
            where d.Id > oldest && inputIds.Contains(d.InputId) && d.UndoneAt == null
            orderby d.Id
            select new
            {
                d.Id,
                d.InputId,
                d.ConceptId,
                d.Value,
                u.UserName,
            }
        ).ToListAsync(ct);
        if (since.Count == 0)
        {
            return [];
        }

        var clientIds = looked.Select(d => d.ClientId).OfType<string>().ToList();
        var sentBefore = await db
            .Decisions.Where(d => d.UserId == userId && clientIds.Contains(d.ClientId!))
            .Select(d => d.ClientId)
            .ToListAsync(ct);
        return
        [
            .. from decision in looked
            where !sentBefore.Contains(decision.ClientId)
            let other = since.LastOrDefault(d =>
                d.Id > decision.Seen && d.InputId == decision.InputId && d.ConceptId == decision.ConceptId
            )
            where other is not null && other.Value != decision.Value
            select new DecisionConflict(decision, other.Value, other.UserName!),
        ];
    }

    private static DecisionKind KindOf(NewDecision decision) =>
        decision switch
        {
            { Value: null } => DecisionKind.Clear,
            { AnnotationId: null } => DecisionKind.Label,
            { Value: true } => DecisionKind.Approve,
            _ => DecisionKind.Reject,
        };

    private static async Task CheckAsync(
        PortalDbContext db,
        long appId,
        IReadOnlyList<NewDecision> decisions,
        CancellationToken ct
    )
    {
        if (decisions.Any(d => d.ClientId is { Length: > 64 }))
        {
            throw new PortalException(StatusCode.InvalidRequest, "A decision's client id has at most 64 characters.");
        }

        if (decisions is [var one] && await IsOfApp(db, appId, one.InputId, one.ConceptId))
        {
            return;
        }

        var inputIds = decisions.Select(d => d.InputId).Distinct().ToList();
        var conceptIds = decisions.Select(d => d.ConceptId).Distinct().ToList();
        var inputs = await db.Inputs.CountAsync(i => i.AppId == appId && inputIds.Contains(i.Id), ct);
        var concepts = await db.Concepts.CountAsync(c => c.AppId == appId && conceptIds.Contains(c.Id), ct);
        if (inputs != inputIds.Count)
        {
            throw new PortalException(
                StatusCode.InputDoesNotExist,
                "An input of this decision is gone. Reload the page to see what is there now."
            );
        }

        if (concepts != conceptIds.Count)
        {
            throw new PortalException(
                StatusCode.DoesNotExist,
                "A concept of this decision is gone. Reload the page to see what is there now."
            );
        }
    }

    private DateTime Now => clock.GetUtcNow().UtcDateTime;
}
