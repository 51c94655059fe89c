using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Jobs;

namespace Portal.Shared.Components;

/// <summary>The states the whole portal shows with the same colour and shape.</summary>
public enum Mark
{
    Success,
    Pending,
    Rejected,
    Running,
    Failed,

    /// <summary>Nothing was done, and nothing is wrong.</summary>
    Skipped,
}

public static class Marks
{
    /// <summary>The mark of an annotation's or an input's status.</summary>
    public static Mark Of(StatusCode status) =>
        status switch
        {
            StatusCode.AnnotationSuccess or StatusCode.InputSuccess or StatusCode.ModelTrained => Mark.Success,
            StatusCode.AnnotationReviewDenied => Mark.Rejected,
            StatusCode.InputInProgress or StatusCode.ModelTraining => Mark.Running,
            StatusCode.AnnotationFailed or StatusCode.InputFailed or StatusCode.ModelTrainingFailed => Mark.Failed,
            _ => Mark.Pending,
        };

    public static Mark Of(JobState state) =>
        state switch
        {
            JobState.Queued or JobState.Paused => Mark.Pending,
            JobState.Running => Mark.Running,
            JobState.Succeeded => Mark.Success,
            JobState.Cancelled => Mark.Rejected,
            JobState.Skipped => Mark.Skipped,
            _ => Mark.Failed,
        };
}
