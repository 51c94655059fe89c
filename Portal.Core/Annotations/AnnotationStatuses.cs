using Portal.Core.Errors;

namespace Portal.Core.Annotations;

public static class AnnotationStatuses
{
    /// <summary>What waits for a person.</summary>
    public static readonly StatusCode[] Waiting =
        [StatusCode.AnnotationPending, StatusCode.AnnotationAwaitingReview, StatusCode.AnnotationAwaitingConsensusReview];

    public static bool IsWaiting(StatusCode status) => Array.IndexOf(Waiting, status) >= 0;

    public static bool IsAnnotationStatus(StatusCode status) => (int)status is >= 24150 and <= 24159 and not 24153;
}
