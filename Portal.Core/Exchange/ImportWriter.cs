using Microsoft.EntityFrameworkCore;
using Portal.Core.Annotations;
using Portal.Core.Errors;
using Portal.Core.Ids;
using Portal.Core.Inputs;
using Portal.Core.Storage;

namespace Portal.Core.Exchange;

/// <summary>Writes the tags of one picture, inside a transaction of the caller's.</summary>
public sealed class ImportWriter(AnnotationService annotations, IdGenerator ids, TimeProvider clock)
{
    private const int MaxInfo = 64 * 1024;
    private readonly Settlement _settlement = new(ids, clock);

    /// <summary>Adds what is new. People's labels are the importer's decisions; a label that a person gave in the app stays.</summary>
    internal async Task<TagsWritten> TagAsync(PortalDbContext db, long appId, long userId, long inputId, IReadOnlyList<ResolvedTag> tags, CancellationToken ct)
    {
        if (tags.Count == 0) return default;
        var labels = await db.Labels.AsNoTracking().Where(l => l.InputId == inputId).ToDictionaryAsync(l => l.ConceptId, ct);
        var machine = await db.Annotations.AsNoTracking().Where(a => a.InputId == inputId && a.Origin != AnnotationOrigin.Human).ToListAsync(ct);
        var (wanted, kept) = (new List<NewAnnotation>(), 0);
        foreach (var ofConcept in tags.GroupBy(t => (t.ConceptId, t.Tag.Machine)))
        {
            var (conceptId, isMachine) = ofConcept.Key;
            // Of several statements in one file people's last word counts, and the surest machine.
            var said = ofConcept.Select(t => t.Tag);
            var tag = isMachine ? said.OrderByDescending(t => t.Status == StatusCode.AnnotationSuccess).ThenByDescending(t => t.Score ?? 0).First() : said.Last();
            if (isMachine && machine.Any(a => a.ConceptId == conceptId && (a.ExternalId == tag.AnnotationId || IsSame(a, tag, userId)))) continue;
            if (labels.TryGetValue(conceptId, out var label) && label.IsHuman)
            {
                if (label.Value != tag.Value) kept++;
                continue;
            }
            wanted.Add(new NewAnnotation(inputId, conceptId, tag.Value, tag.Status, Machine: isMachine, Score: tag.Score));
        }
        if (wanted.Count > 0) await annotations.WriteAsync(db, appId, userId, wanted, ct);
        return new TagsWritten(wanted.Count, kept, 0);
    }

    /// <summary>
    /// Writes all that the portal's own format says of a picture that is new to the app, as it was: ids, authors, times, decisions. An author who is no user
    /// here becomes the importer; a workflow version that the app does not have makes its tags imported ones.
    /// </summary>
    /// <param name="concepts">Internal keys of concepts by the ids the file uses; what names another is left out.</param>
    internal async Task<TagsWritten> RestoreAsync(
        PortalDbContext db, long appId, long userId, Input input, ExchangeInput own, Dictionary<string, long> concepts, CancellationToken ct)
    {
        var authors = await AuthorsAsync(db, own, ct);
        input.CreatedAt = Utc(own.CreatedAt);
        if (own.CreatedBy is { } creator && authors.TryGetValue(creator, out var creatorId)) input.CreatedById = creatorId;
        var rows = await AnnotationsAsync(db, appId, userId, input.Id, [.. own.Annotations.Where(a => concepts.ContainsKey(a.Concept))], concepts, authors, ct);
        db.Annotations.AddRange(rows.Values);
        await db.SaveChangesAsync(ct);
        db.Decisions.AddRange(own.Decisions.Where(d => concepts.ContainsKey(d.Concept)).Select(d => Of(d, appId, userId, input.Id, concepts[d.Concept], rows, authors)));
        await db.SaveChangesAsync(ct);
        await _settlement.SettleAsync(db, appId, input.Id, [.. concepts.Values], ct);
        var strangers = own.Annotations.Count(a => !authors.ContainsKey(a.User)) + own.Decisions.Count(d => !authors.ContainsKey(d.User));
        return new TagsWritten(rows.Count, 0, strangers);
    }

    private static bool IsSame(Annotation row, ImportedTag tag, long userId) =>
        row.Origin == AnnotationOrigin.Import && row.WrittenAsId == userId && row.Value == tag.Value && row.WrittenStatus == tag.Status && row.Score == tag.Score;

    private static async Task<Dictionary<string, long>> AuthorsAsync(PortalDbContext db, ExchangeInput own, CancellationToken ct)
    {
        var names = own.Annotations.SelectMany(a => (string?[])[a.User, a.ReviewedBy]).Concat(own.Decisions.SelectMany(d => (string?[])[d.User, d.UndoneBy]))
            .Append(own.CreatedBy).OfType<string>().Distinct().ToList();
        return await db.Users.Where(u => names.Contains(u.UserName!)).ToDictionaryAsync(u => u.UserName!, u => u.Id, StringComparer.Ordinal, ct);
    }

    /// <summary>Rows by the id the file gives them. Where a person's or a writer's place is taken already, the first stays.</summary>
    private async Task<Dictionary<string, Annotation>> AnnotationsAsync(
        PortalDbContext db, long appId, long userId, long inputId, IReadOnlyList<ExchangeAnnotation> given,
        Dictionary<string, long> concepts, Dictionary<string, long> authors, CancellationToken ct)
    {
        var wantedIds = given.Select(a => a.Id).ToList();
        var taken = (await db.Annotations.Where(a => a.AppId == appId && wantedIds.Contains(a.ExternalId)).Select(a => a.ExternalId).ToListAsync(ct)).ToHashSet(StringComparer.Ordinal);
        var rows = new Dictionary<string, Annotation>(StringComparer.Ordinal);
        var places = new HashSet<(long Concept, AnnotationOrigin Origin, long? Owner, string? Place)>();
        foreach (var annotation in given)
        {
            var version = await VersionAsync(db, appId, annotation, ct);
            var row = Of(annotation, appId, inputId, concepts[annotation.Concept], authors.GetValueOrDefault(annotation.User, userId), version);
            if (annotation.ReviewedBy is { } reviewer) row.ReviewedById = authors.GetValueOrDefault(reviewer, userId);
            if (!places.Add((row.ConceptId, row.Origin, row.Origin == AnnotationOrigin.Workflow ? row.WorkflowId : row.WrittenAsId,
                row.Origin == AnnotationOrigin.Import ? annotation.Id : row.NodeId))) continue;
            if (!taken.Add(row.ExternalId)) row.ExternalId = ids.NewId();
            rows.TryAdd(annotation.Id, row);
        }
        return rows;
    }

    private static async Task<Workflows.WorkflowVersion?> VersionAsync(PortalDbContext db, long appId, ExchangeAnnotation a, CancellationToken ct) =>
        a is not { Workflow: { } workflow, WorkflowVersion: { } number, Node: not null } ? null : await (
            from v in db.WorkflowVersions.AsNoTracking()
            join w in db.Workflows on v.WorkflowId equals w.Id
            where w.AppId == appId && w.ExternalId == workflow && v.Number == number
            select v).SingleOrDefaultAsync(ct);

    private Annotation Of(ExchangeAnnotation a, long appId, long inputId, long conceptId, long authorId, Workflows.WorkflowVersion? version)
    {
        var written = (StatusCode)a.WrittenStatus;
        if (written != StatusCode.AnnotationSuccess && !AnnotationStatuses.IsWaiting(written))
            throw new PortalException(StatusCode.AnnotationInvalidArgument, $"An annotation says it was written with status {a.WrittenStatus}, which none can be.", a.Id);
        if (a.Score is < 0 or > 1) throw new PortalException(StatusCode.AnnotationInvalidArgument, "An annotation's score is not between 0 and 1.", a.Id);
        var origin = ExchangeWords.Parse<AnnotationOrigin>(a.Origin);
        return new Annotation
        {
            AppId = appId,
            ExternalId = ids.ChosenOrNew(a.Id, "annotation"),
            InputId = inputId,
            ConceptId = conceptId,
            Value = a.Value,
            // Settlement corrects it where it does not follow from what was written and decided.
            Status = AnnotationStatuses.IsAnnotationStatus((StatusCode)a.Status) ? (StatusCode)a.Status : written,
            WrittenStatus = written,
            Score = a.Score,
            WrittenAsId = authorId,
            Origin = origin == AnnotationOrigin.Workflow && version is null ? AnnotationOrigin.Import : origin,
            WorkflowId = version?.WorkflowId,
            WorkflowVersionId = version?.Id,
            NodeId = version is null ? null : a.Node,
            Info = a.Info is { } info ? Text.Bounded(info.GetRawText(), MaxInfo, "annotation info") : null,
            ReviewRequested = a.ReviewRequested,
            ReviewedAt = a.ReviewedAt is { } reviewed ? Utc(reviewed) : null,
            CreatedAt = Utc(a.CreatedAt),
            ModifiedAt = Utc(a.ModifiedAt),
        };
    }

    private static Decision Of(
        ExchangeDecision d, long appId, long userId, long inputId, long conceptId, Dictionary<string, Annotation> rows, Dictionary<string, long> authors) => new()
        {
            AppId = appId,
            InputId = inputId,
            ConceptId = conceptId,
            UserId = authors.GetValueOrDefault(d.User, userId),
            Kind = ExchangeWords.Parse<DecisionKind>(d.Kind),
            Value = d.Value,
            Draw = ExchangeWords.Parse<DecisionDraw>(d.Draw),
            AnnotationId = d.Annotation is { } id ? rows.GetValueOrDefault(id)?.Id : null,
            CreatedAt = Utc(d.CreatedAt),
            UndoneAt = d.UndoneAt is { } undone ? Utc(undone) : null,
            UndoneById = d.UndoneBy is { } undoer ? authors.GetValueOrDefault(undoer, userId) : null,
        };

    private static DateTime Utc(DateTime time) => time.Kind == DateTimeKind.Unspecified ? DateTime.SpecifyKind(time, DateTimeKind.Utc) : time.ToUniversalTime();
}
