using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Ids;
using Portal.Core.Domain.Runs;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Services.Annotations;

namespace Portal.Core.Services.Runs;

/// <summary>
/// What a run's writes come to on one input, given what is stored: people win, newer versions win, and what the
/// workflow wrote before and no longer writes goes. Made the same way for a dry run and for a real one; only
/// <see cref="ApplyAsync"/> writes.
/// </summary>
internal sealed class WritePlan
{
    private readonly long _appId;
    private readonly long _inputId;
    private readonly ReadyWorkflow _workflow;
    private readonly Dictionary<string, long> _users;
    private readonly List<Annotation> _existing;
    private readonly List<Annotation> _stale;

    private WritePlan(
        long appId,
        long inputId,
        ReadyWorkflow workflow,
        Dictionary<string, long> users,
        List<Annotation> existing,
        List<Annotation> stale,
        IReadOnlyList<PlannedWrite> writes
    )
    {
        (_appId, _inputId, _workflow, _users, _existing, _stale, Writes) = (
            appId,
            inputId,
            workflow,
            users,
            existing,
            stale,
            writes
        );
    }

    public IReadOnlyList<PlannedWrite> Writes { get; }

    public bool ChangesNothing => _stale.Count == 0 && Writes.All(w => w.Outcome != WriteOutcome.Written);

    /// <summary>Reads the facts; call it inside the write transaction if the plan is to be applied.</summary>
    public static async Task<WritePlan> MakeAsync(
        PortalDbContext db,
        long appId,
        long inputId,
        ReadyWorkflow workflow,
        IReadOnlyList<IntendedWrite> writes,
        CancellationToken ct
    )
    {
        var existing = await db
            .Annotations.Where(a =>
                a.InputId == inputId && a.Origin == AnnotationOrigin.Workflow && a.WorkflowId == workflow.Workflow.Id
            )
            .ToListAsync(ct);
        var decided = (
            await db.Labels.Where(l => l.InputId == inputId && l.IsHuman).Select(l => l.ConceptId).ToListAsync(ct)
        ).ToHashSet();
        var isOutdated = await (
            from r in db.Runs
            join v in db.WorkflowVersions on r.WorkflowVersionId equals v.Id
            where r.InputId == inputId && v.WorkflowId == workflow.Workflow.Id && v.Number > workflow.Version.Number
            select r.Id
        ).AnyAsync(ct);
        var conceptIds = writes.Select(w => w.ConceptId).ToList();
        var concepts = (
            await db
                .Concepts.Where(c => conceptIds.Contains(c.Id) && c.DeletedAt == null)
                .Select(c => c.Id)
                .ToListAsync(ct)
        ).ToHashSet();
        var names = writes.Select(w => w.UserId.ToUpperInvariant()).Distinct().ToList();
        var users = await db
            .Users.Where(u => names.Contains(u.NormalizedUserName!))
            .Select(u => new { u.Id, Name = u.UserName! })
            .ToDictionaryAsync(u => u.Name, u => u.Id, StringComparer.OrdinalIgnoreCase, ct);

        var planned = writes
            .Select(w => new PlannedWrite(
                w,
                decided.Contains(w.ConceptId) ? WriteOutcome.KeptPerson
                    : isOutdated ? WriteOutcome.KeptNewer
                    : !concepts.Contains(w.ConceptId) ? WriteOutcome.ConceptGone
                    : !users.TryGetValue(w.UserId, out var userId) ? WriteOutcome.UserGone
                    : IsSame(Find(existing, w), w, workflow.Version.Id, userId) ? WriteOutcome.Unchanged
                    : WriteOutcome.Written
            ))
            .ToList();
        var kept = planned
            .Where(p => p.Outcome is WriteOutcome.Written or WriteOutcome.Unchanged)
            .Select(p => (p.Write.ConceptId, (string?)p.Write.NodeId))
            .ToHashSet();
        var stale = isOutdated
            ? []
            : existing.Where(a => !decided.Contains(a.ConceptId) && !kept.Contains((a.ConceptId, a.NodeId))).ToList();
        return new WritePlan(appId, inputId, workflow, users, existing, stale, planned);
    }

    /// <summary>Writes the plan and settles the concepts it touched, inside the caller's transaction.</summary>
    public async Task ApplyAsync(
        PortalDbContext db,
        LabelResolution resolution,
        IdGenerator ids,
        DateTime now,
        CancellationToken ct
    )
    {
        if (ChangesNothing)
        {
            return;
        }

        var changed = Writes.Where(p => p.Outcome == WriteOutcome.Written).Select(p => p.Write).ToList();
        db.Annotations.RemoveRange(_stale);
        foreach (var write in changed)
        {
            var row = Find(_existing, write);
            if (row is null)
            {
                row = new Annotation
                {
                    AppId = _appId,
                    ExternalId = ids.NewId(),
                    InputId = _inputId,
                    ConceptId = write.ConceptId,
                    Value = true,
                    Origin = AnnotationOrigin.Workflow,
                    WorkflowId = _workflow.Workflow.Id,
                    NodeId = write.NodeId,
                    CreatedAt = now,
                };
                db.Annotations.Add(row);
            }
            row.Status = row.WrittenStatus = write.Status;
            row.Score = write.Score;
            row.WrittenAsId = _users[write.UserId];
            row.WorkflowVersionId = _workflow.Version.Id;
            row.ModelVersionId = write.ModelVersionId;
            row.Info = write.Info?.ToJsonString();
            row.ReviewRequested = write.ReviewRequested;
            row.ModifiedAt = now;
        }
        await db.SaveChangesAsync(ct);
        await resolution.ResolveAsync(
            db,
            _appId,
            _inputId,
            [.. changed.Select(w => w.ConceptId).Concat(_stale.Select(a => a.ConceptId)).Distinct()],
            ct
        );
    }

    private static Annotation? Find(List<Annotation> existing, IntendedWrite write) =>
        existing.SingleOrDefault(a => a.ConceptId == write.ConceptId && a.NodeId == write.NodeId);

    private static bool IsSame(Annotation? row, IntendedWrite write, long workflowVersionId, long userId) =>
        row is not null
        && row.WrittenStatus == write.Status
        && row.Score == write.Score
        && row.WorkflowVersionId == workflowVersionId
        && row.ModelVersionId == write.ModelVersionId
        && row.WrittenAsId == userId
        && row.Info == write.Info?.ToJsonString()
        && row.ReviewRequested == write.ReviewRequested;
}
