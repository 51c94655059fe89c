using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Exchange;
using Portal.Core.Domain.Ids;
using Portal.Core.Domain.Inputs;
using Portal.Core.Services.Annotations;

namespace Portal.Core.Services.Exchange.Import;

/// <summary>A new input, as the portal's own format says it was.</summary>
/// <param name="Concepts">Internal keys of concepts by the ids the file uses; what names another is left out.</param>
internal sealed record RestoredInput(Input Input, ExchangeInput Own, IReadOnlyDictionary<string, long> Concepts);

/// <summary>
/// Writes what files say of pictures, inside a transaction of the caller's. What came of it is told in the order given.
/// </summary>
public sealed class ImportWriter(AnnotationService annotations, IdGenerator ids, TimeProvider clock)
{
    private const int MaxInfo = 64 * 1024;
    private const int AskedAtOnce = 1000;
    private readonly LabelResolution _resolution = new(ids, clock);

    /// <summary>
    /// Adds what is new. People's labels are the importer's decisions; a label that a person gave in the app stays.
    /// </summary>
    /// <param name="tagged">Different inputs, and their tags.</param>
    internal async Task<IReadOnlyList<TagsWritten>> TagAsync(
        PortalDbContext db,
        long appId,
        long userId,
        IReadOnlyList<(long InputId, IReadOnlyList<ResolvedTag> Tags)> tagged,
        CancellationToken ct
    )
    {
        var inputIds = tagged.Where(t => t.Tags.Count > 0).Select(t => t.InputId).ToList();
        if (inputIds.Count == 0)
        {
            return new TagsWritten[tagged.Count];
        }

        var labels = await db
            .Labels.AsNoTracking()
            .Where(l => inputIds.Contains(l.InputId))
            .ToDictionaryAsync(l => (l.InputId, l.ConceptId), ct);
        var machine = (
            await db
                .Annotations.AsNoTracking()
                .Where(a => inputIds.Contains(a.InputId) && a.Origin != AnnotationOrigin.Human)
                .ToListAsync(ct)
        ).ToLookup(a => (a.InputId, a.ConceptId));
        var (wanted, written) = (new List<NewAnnotation>(), new List<TagsWritten>());
        foreach (var (inputId, tags) in tagged)
        {
            var (before, kept) = (wanted.Count, 0);
            foreach (var ofConcept in tags.GroupBy(t => (t.ConceptId, t.Tag.Machine)))
            {
                var (conceptId, isMachine) = ofConcept.Key;
                // Of several statements in one file people's last word counts, and the surest machine.
                var said = ofConcept.Select(t => t.Tag);
                var tag = isMachine
                    ? said.OrderByDescending(t => t.Status == StatusCode.AnnotationSuccess)
                        .ThenByDescending(t => t.Score ?? 0)
                        .First()
                    : said.Last();
                if (
                    isMachine
                    && machine[(inputId, conceptId)]
                        .Any(a => a.ExternalId == tag.AnnotationId || IsSame(a, tag, userId))
                )
                {
                    continue;
                }

                if (labels.TryGetValue((inputId, conceptId), out var label) && label.IsHuman)
                {
                    if (label.Value != tag.Value)
                    {
                        kept++;
                    }

                    continue;
                }
                wanted.Add(
                    new NewAnnotation(inputId, conceptId, tag.Value, tag.Status, Machine: isMachine, Score: tag.Score)
                );
            }
            written.Add(new TagsWritten(wanted.Count - before, kept, 0));
        }
        if (wanted.Count > 0)
        {
            await annotations.WriteAsync(db, appId, userId, wanted, ct);
        }

        return written;
    }

    /// <summary>
    /// Writes all that the portal's own format says of pictures that are new to the app, as it was: ids, authors,
    /// times, decisions. An author who is no user here becomes the importer; a workflow version that the app does not
    /// have makes its tags imported ones.
    /// </summary>
    internal async Task<IReadOnlyList<TagsWritten>> RestoreAsync(
        PortalDbContext db,
        long appId,
        long userId,
        IReadOnlyList<RestoredInput> restored,
        CancellationToken ct
    )
    {
        if (restored.Count == 0)
        {
            return [];
        }

        var authors = await AuthorsAsync(db, restored, ct);
        var versions = await VersionsAsync(db, appId, restored, ct);
        var taken = await TakenAsync(
            db,
            appId,
            [.. restored.SelectMany(r => r.Own.Annotations).Select(a => a.Id).Distinct()],
            ct
        );
        var rows = new List<Dictionary<string, Annotation>>();
        foreach (var (input, own, concepts) in restored)
        {
            input.CreatedAt = Utc(own.CreatedAt);
            if (own.CreatedBy is { } creator && authors.TryGetValue(creator, out var creatorId))
            {
                input.CreatedById = creatorId;
            }

            var ofInput = Annotations(appId, userId, input.Id, own.Annotations, concepts, authors, versions, taken);
            db.Annotations.AddRange(ofInput.Values);
            rows.Add(ofInput);
        }
        await db.SaveChangesAsync(ct);
        foreach (var ((input, own, concepts), ofInput) in restored.Zip(rows))
        {
            db.Decisions.AddRange(
                own.Decisions.Where(d => concepts.ContainsKey(d.Concept))
                    .Select(d => Of(d, appId, userId, input.Id, concepts[d.Concept], ofInput, authors))
            );
        }

        await db.SaveChangesAsync(ct);
        await _resolution.ResolveAsync(
            db,
            appId,
            restored.SelectMany(r => r.Concepts.Values.Select(conceptId => (r.Input.Id, conceptId))),
            ct
        );
        return
        [
            .. restored.Zip(
                rows,
                (r, ofInput) =>
                    new TagsWritten(
                        ofInput.Count,
                        0,
                        r.Own.Annotations.Count(a => !authors.ContainsKey(a.User))
                            + r.Own.Decisions.Count(d => !authors.ContainsKey(d.User))
                    )
            ),
        ];
    }

    private static bool IsSame(Annotation row, ImportedTag tag, long userId) =>
        row.Origin == AnnotationOrigin.Import
        && row.WrittenAsId == userId
        && row.Value == tag.Value
        && row.WrittenStatus == tag.Status
        && row.Score == tag.Score;

    private static async Task<Dictionary<string, long>> AuthorsAsync(
        PortalDbContext db,
        IReadOnlyList<RestoredInput> restored,
        CancellationToken ct
    )
    {
        var names = restored
            .Select(r => r.Own)
            .SelectMany(own =>
                own.Annotations.SelectMany(a => (string?[])[a.User, a.ReviewedBy])
                    .Concat(own.Decisions.SelectMany(d => (string?[])[d.User, d.UndoneBy]))
                    .Append(own.CreatedBy)
            )
            .OfType<string>()
            .Distinct()
            .ToList();
        return await db
            .Users.Where(u => names.Contains(u.UserName!))
            .ToDictionaryAsync(u => u.UserName!, u => u.Id, StringComparer.Ordinal, ct);
    }

    /// <summary>
    /// The app's workflow versions that the file names, by the workflow's id and the version's number.
    /// </summary>
    private static async Task<
        Dictionary<(string? Workflow, int? Number), (long WorkflowId, long VersionId)>
    > VersionsAsync(PortalDbContext db, long appId, IReadOnlyList<RestoredInput> restored, CancellationToken ct)
    {
        var names = restored
            .SelectMany(r => r.Own.Annotations)
            .Select(a => a.Workflow)
            .OfType<string>()
            .Distinct()
            .ToList();
        if (names.Count == 0)
        {
            return [];
        }

        return await (
            from v in db.WorkflowVersions
            join w in db.Workflows on v.WorkflowId equals w.Id
            where w.AppId == appId && names.Contains(w.ExternalId)
            select new
            {
                w.ExternalId,
                v.Number,
                v.WorkflowId,
                v.Id,
            }
        ).ToDictionaryAsync(v => ((string?)v.ExternalId, (int?)v.Number), v => (v.WorkflowId, v.Id), ct);
    }

    /// <summary>Ids of annotations that the app has already.</summary>
    private static async Task<HashSet<string>> TakenAsync(
        PortalDbContext db,
        long appId,
        IReadOnlyList<string> wanted,
        CancellationToken ct
    )
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var some in wanted.Chunk(AskedAtOnce))
        {
            taken.UnionWith(
                await db
                    .Annotations.Where(a => a.AppId == appId && some.Contains(a.ExternalId))
                    .Select(a => a.ExternalId)
                    .ToListAsync(ct)
            );
        }

        return taken;
    }

    /// <summary>
    /// Rows by the id the file gives them. Where a person's or a writer's place is taken already, the first stays.
    /// </summary>
    /// <param name="taken">Ids of annotations that are no longer free; grows.</param>
    private Dictionary<string, Annotation> Annotations(
        long appId,
        long userId,
        long inputId,
        IReadOnlyList<ExchangeAnnotation> given,
        IReadOnlyDictionary<string, long> concepts,
        Dictionary<string, long> authors,
        Dictionary<(string? Workflow, int? Number), (long WorkflowId, long VersionId)> versions,
        HashSet<string> taken
    )
    {
        var rows = new Dictionary<string, Annotation>(StringComparer.Ordinal);
        var places = new HashSet<(long Concept, AnnotationOrigin Origin, long? Owner, string? Place)>();
        foreach (var annotation in given.Where(a => concepts.ContainsKey(a.Concept)))
        {
            (long WorkflowId, long VersionId)? version =
                annotation.Node is not null
                && versions.TryGetValue((annotation.Workflow, annotation.WorkflowVersion), out var known)
                    ? known
                    : null;
            var row = Of(
                annotation,
                appId,
                inputId,
                concepts[annotation.Concept],
                authors.GetValueOrDefault(annotation.User, userId),
                version
            );
            if (annotation.ReviewedBy is { } reviewer)
            {
                row.ReviewedById = authors.GetValueOrDefault(reviewer, userId);
            }

            if (
                !places.Add(
                    (
                        row.ConceptId,
                        row.Origin,
                        row.Origin == AnnotationOrigin.Workflow ? row.WorkflowId : row.WrittenAsId,
                        row.Origin == AnnotationOrigin.Import ? annotation.Id : row.NodeId
                    )
                )
            )
            {
                continue;
            }

            if (!taken.Add(row.ExternalId))
            {
                row.ExternalId = ids.NewId();
            }

            rows.TryAdd(annotation.Id, row);
        }
        return rows;
    }

    private Annotation Of(
        ExchangeAnnotation a,
        long appId,
        long inputId,
        long conceptId,
        long authorId,
        (long WorkflowId, long VersionId)? version
    )
    {
        var written = (StatusCode)a.WrittenStatus;
        if (written != StatusCode.AnnotationSuccess && !AnnotationStatuses.IsWaiting(written))
        {
            throw new PortalException(
                StatusCode.AnnotationInvalidArgument,
                $"An annotation says it was written with status {a.WrittenStatus}, which none can be.",
                a.Id
            );
        }

        if (a.Score is < 0 or > 1)
        {
            throw new PortalException(
                StatusCode.AnnotationInvalidArgument,
                "An annotation's score is not between 0 and 1.",
                a.Id
            );
        }

        var origin = ExchangeFormatter.Parse<AnnotationOrigin>(a.Origin);
        return new Annotation
        {
            AppId = appId,
            ExternalId = ids.ChosenOrNew(a.Id, "annotation"),
            InputId = inputId,
            ConceptId = conceptId,
            Value = a.Value,
            // LabelResolution corrects it where it does not follow from what was written and decided.
            Status = AnnotationStatuses.IsAnnotationStatus((StatusCode)a.Status) ? (StatusCode)a.Status : written,
            WrittenStatus = written,
            Score = a.Score,
            WrittenAsId = authorId,
            Origin = origin == AnnotationOrigin.Workflow && version is null ? AnnotationOrigin.Import : origin,
            WorkflowId = version?.WorkflowId,
            WorkflowVersionId = version?.VersionId,
            NodeId = version is null ? null : a.Node,
            Info = a.Info is { } info ? Text.Bounded(info.GetRawText(), MaxInfo, "annotation info") : null,
            ReviewRequested = a.ReviewRequested,
            ReviewedAt = a.ReviewedAt is { } reviewed ? Utc(reviewed) : null,
            CreatedAt = Utc(a.CreatedAt),
            ModifiedAt = Utc(a.ModifiedAt),
        };
    }

    private static Decision Of(
        ExchangeDecision d,
        long appId,
        long userId,
        long inputId,
        long conceptId,
        Dictionary<string, Annotation> rows,
        Dictionary<string, long> authors
    ) =>
        new()
        {
            AppId = appId,
            InputId = inputId,
            ConceptId = conceptId,
            UserId = authors.GetValueOrDefault(d.User, userId),
            Kind = ExchangeFormatter.Parse<DecisionKind>(d.Kind),
            Value = d.Value,
            SamplingMethod = ExchangeFormatter.Parse<SamplingMethod>(d.SamplingMethod),
            AnnotationId = d.Annotation is { } id ? rows.GetValueOrDefault(id)?.Id : null,
            CreatedAt = Utc(d.CreatedAt),
            UndoneAt = d.UndoneAt is { } undone ? Utc(undone) : null,
            UndoneById = d.UndoneBy is { } undoer ? authors.GetValueOrDefault(undoer, userId) : null,
        };

    private static DateTime Utc(DateTime time) =>
        time.Kind == DateTimeKind.Unspecified ? DateTime.SpecifyKind(time, DateTimeKind.Utc) : time.ToUniversalTime();
}
