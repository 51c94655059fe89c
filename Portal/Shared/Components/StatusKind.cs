using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Jobs;

namespace Portal.Shared.Components;

/// <summary>The states the whole portal shows with the same colour and shape.</summary>
public enum StatusKind
{
    Success,
    Pending,
    Rejected,
    Running,
    Failed,

    /// <summary>Nothing was done, and nothing is wrong.</summary>
    Skipped,
}

public static class StatusKinds
{
    /// <summary>How a status of an annotation or an input is shown.</summary>
    public static StatusKind Of(StatusCode status) =>
        status switch
        {
            StatusCode.AnnotationSuccess or StatusCode.InputSuccess or StatusCode.ModelTrained => StatusKind.Success,
            StatusCode.AnnotationReviewDenied => StatusKind.Rejected,
            StatusCode.InputInProgress or StatusCode.ModelTraining => StatusKind.Running,
            StatusCode.AnnotationFailed or StatusCode.InputFailed or StatusCode.ModelTrainingFailed =>
                StatusKind.Failed,
            _ => StatusKind.Pending,
        };

    public static StatusKind Of(JobState state) =>
        state switch
        {
            JobState.Queued or JobState.Paused => StatusKind.Pending,
            JobState.Running => StatusKind.Running,
            JobState.Succeeded => StatusKind.Success,
            JobState.Cancelled => StatusKind.Rejected,
            JobState.Skipped => StatusKind.Skipped,
            _ => StatusKind.Failed,
        };
}
