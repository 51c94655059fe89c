using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Errors;

namespace Portal.Core.Services.Annotations;

/// <summary>An annotation with the names a reader or a client needs.</summary>
public sealed record AnnotationView(
    long Id,
    string ExternalId,
    long InputId,
    string InputExternalId,
    long ConceptId,
    string ConceptExternalId,
    string ConceptName,
    string ConceptColor,
    bool Value,
    StatusCode Status,
    double? Score,
    AnnotationOrigin Origin,
    string WrittenAs,
    long? WorkflowVersionId,
    string? WorkflowExternalId,
    int? WorkflowVersionNumber,
    string? NodeId,
    string? ReviewedBy,
    DateTime? ReviewedAt,
    string? Info,
    DateTime CreatedAt,
    DateTime ModifiedAt,
    bool ReviewRequested
)
{
    public bool IsMachine => Origin != AnnotationOrigin.Human;

    /// <summary>Settled, and drawn for an audit that nobody has made yet.</summary>
    public bool IsForAudit => ReviewRequested && ReviewedBy is null && Status == StatusCode.AnnotationSuccess;

    /// <summary>As <see cref="AnnotationStatuses.ForReview"/>.</summary>
    public bool IsForReview => IsForAudit || AnnotationStatuses.IsWaiting(Status);
}
