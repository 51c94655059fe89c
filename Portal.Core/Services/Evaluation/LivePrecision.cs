using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Evaluation;

namespace Portal.Core.Services.Evaluation;

/// <summary>
/// Precision as it is, not as it was evaluated: by the tags a random sample of accepted ones sent to a person
/// (<c>review_requested</c>). While some of a sample wait, what was corrected elsewhere counts already, so the figure
/// can look worse than it will be.
/// </summary>
public sealed class LivePrecision(IDbContextFactory<PortalDbContext> contexts)
{
    /// <summary>
    /// Per workflow version and concept that has checked tags, in the order of workflows and versions, the newest
    /// version first.
    /// </summary>
    public async Task<IReadOnlyList<AuditedPrecision>> OfAppAsync(long appId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var rows = await (
            from a in db.Annotations
            join i in db.Inputs on a.InputId equals i.Id
            join v in db.WorkflowVersions on a.WorkflowVersionId equals v.Id
            join w in db.Workflows on v.WorkflowId equals w.Id
            where
                a.AppId == appId
                && a.ReviewRequested
                && a.Origin == AnnotationOrigin.Workflow
                && i.DeletedAt == null
                && w.DeletedAt == null
            select new
            {
                a.ConceptId,
                a.Status,
                IsReviewed = a.ReviewedById != null,
                a.CreatedAt,
                VersionId = v.Id,
                v.Number,
                v.Guarantees,
                w.ExternalId,
                w.Name,
                WorkflowKey = w.Id,
            }
        ).ToListAsync(ct);
        return
        [
            .. from row in rows
            group row by (row.WorkflowKey, row.Number, row.ConceptId) into tags
            where tags.Any(t => t.IsReviewed)
            orderby tags.Key.WorkflowKey, tags.Key.Number descending, tags.Key.ConceptId
            let first = tags.First()
            let reviewed = tags.Where(t => t.IsReviewed)
                .Select(t => (t.CreatedAt, IsRight: t.Status == StatusCode.AnnotationSuccess))
                .ToList()
            select new AuditedPrecision(
                first.ExternalId,
                first.Name,
                first.Number,
                first.ConceptId,
                reviewed.Count(t => t.IsRight),
                reviewed.Count,
                tags.Count(t => !t.IsReviewed),
                GuaranteeOf(first.Guarantees, first.ConceptId),
                Weeks(reviewed)
            ),
        ];
    }

    private static double? GuaranteeOf(string? guarantees, long conceptId) =>
        guarantees is not null
        && JsonSerializer.Deserialize<Dictionary<long, double>>(guarantees)!.TryGetValue(conceptId, out var error)
            ? error
            : null;

    private static List<AuditWeek> Weeks(IEnumerable<(DateTime CreatedAt, bool IsRight)> tags) =>
        [
            .. from tag in tags
            let day = DateOnly.FromDateTime(tag.CreatedAt)
            group tag.IsRight by day.AddDays(-((int)day.DayOfWeek + 6) % 7) into week
            orderby week.Key
            select new AuditWeek(week.Key, week.Count(isRight => isRight), week.Count()),
        ];
}
