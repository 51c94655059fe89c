using System.Linq.Expressions;
using Portal.Core.Domain.Errors;

namespace Portal.Core.Domain.Annotations;

public static class AnnotationStatuses
{
    /// <summary>What waits for a person.</summary>
    public static readonly StatusCode[] Waiting =
    [
        StatusCode.AnnotationPending,
        StatusCode.AnnotationAwaitingReview,
        StatusCode.AnnotationAwaitingConsensusReview,
    ];

    /// <summary>What a tag that was drawn for an audit can be: settled, and since rejected.</summary>
    public static readonly StatusCode[] Audited = [StatusCode.AnnotationSuccess, StatusCode.AnnotationReviewDenied];

    /// <summary>
    /// What a person is to look at: what waits, and settled tags that were drawn for an audit nobody has made yet.
    /// </summary>
    public static readonly Expression<Func<Annotation, bool>> ForReview = annotation =>
        Waiting.Contains(annotation.Status)
        || (
            annotation.ReviewRequested
            && annotation.ReviewedById == null
            && annotation.Status == StatusCode.AnnotationSuccess
        );

    /// <summary>
    /// The part of <see cref="ForReview"/> that does not wait. An index leads to each part by itself, and none to both.
    /// </summary>
    public static readonly Expression<Func<Annotation, bool>> ForAudit = annotation =>
        annotation.ReviewRequested
        && annotation.ReviewedById == null
        && annotation.Status == StatusCode.AnnotationSuccess;

    public static bool IsWaiting(StatusCode status) => Array.IndexOf(Waiting, status) >= 0;

    public static bool IsAnnotationStatus(StatusCode status) => (int)status is >= 24150 and <= 24159 and not 24153;
}
