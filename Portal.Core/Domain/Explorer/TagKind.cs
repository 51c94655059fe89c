using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Errors;

namespace Portal.Core.Domain.Explorer;

/// <summary>
/// All of an annotation that filters ask for. An app has few kinds, however many annotations it has: each is one set of
/// inputs.
/// </summary>
internal readonly record struct TagKind(
    long ConceptId,
    bool Value,
    StatusCode Status,
    AnnotationOrigin Origin,
    long? WorkflowId,
    long WrittenAsId,
    long? ReviewerId,
    bool IsAudit
)
{
    /// <summary>Whether it is of what a tile shows: SUCCESS and what waits.</summary>
    public bool IsShown => Status == StatusCode.AnnotationSuccess || AnnotationStatuses.IsWaiting(Status);

    /// <summary>Whether a person is to look at it, as <see cref="AnnotationStatuses.ForReview"/> says it.</summary>
    public bool IsForReview =>
        AnnotationStatuses.IsWaiting(Status)
        || (IsAudit && ReviewerId is null && Status == StatusCode.AnnotationSuccess);

    /// <summary>Whether it meets what a filter asks of a tag, its concepts left aside.</summary>
    public bool Meets(InputFilter filter) =>
        Value != filter.Absent
        && (filter.Statuses.Count == 0 ? IsShown : filter.Statuses.Contains(Status))
        && (!filter.Audit || IsAudit)
        && (filter.Origins.Count == 0 || filter.Origins.Any(ComesFrom))
        && (filter.WrittenAsIds.Count == 0 || filter.WrittenAsIds.Contains(WrittenAsId))
        && (filter.ReviewerIds.Count == 0 || (ReviewerId is { } reviewer && filter.ReviewerIds.Contains(reviewer)));

    private bool ComesFrom(TagOrigin origin) =>
        origin.Kind == Origin && (origin.WorkflowId is null || origin.WorkflowId == WorkflowId);
}
