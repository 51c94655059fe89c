namespace Portal.Core.Domain.Errors;

/// <summary>
/// Status codes of the outside contract: Clarifai's numbers where it has one. They are part of the API and never
/// change.
/// </summary>
public enum StatusCode
{
    Ok = 10000,
    Mixed = 10010,
    Failure = 10020,
    TryAgain = 10030,
    TooManyRequests = 11005,
    InsufficientScopes = 11007,
    InvalidKey = 11008,
    NotSignedIn = 11009,
    MalformedRequest = 11100,
    InvalidRequest = 11102,
    DoesNotExist = 11101,
    MethodNotAllowed = 11103,

    ModelTrained = 21100,
    ModelTraining = 21101,
    ModelUntrained = 21102,
    ModelQueued = 21103,
    ModelTrainingFailed = 21106,
    ModelNoData = 21110,
    ModelNoPositives = 21111,
    ModelOneClass = 21112,
    ModelDoesNotExist = 21200,
    ModelInvalidArgument = 21202,
    ModelEvaluated = 21300,
    ModelEvaluating = 21301,
    ModelNotEvaluated = 21302,
    ModelQueuedForEvaluation = 21303,
    EvaluationTooFewConcepts = 21315,
    EvaluationTooFewInputs = 21316,

    WorkflowModelUntrained = 22002,
    WorkflowDuplicate = 22100,
    WorkflowDoesNotExist = 22102,
    WorkflowInvalidRequest = 22104,
    WorkflowInvalidGraph = 22107,

    AnnotationSuccess = 24150,
    AnnotationPending = 24151,
    AnnotationFailed = 24152,
    AnnotationUnknownStatus = 24154,
    AnnotationInvalidArgument = 24155,
    AnnotationPermissionDenied = 24156,
    AnnotationAwaitingReview = 24157,
    AnnotationReviewDenied = 24158,
    AnnotationAwaitingConsensusReview = 24159,

    InputSuccess = 30000,
    InputPending = 30001,
    InputFailed = 30002,
    InputInProgress = 30003,
    InputDuplicate = 30100,
    InputUnsupportedFormat = 30101,
    InputDoesNotExist = 30102,
    InputInvalidArgument = 30104,
    InputOverLimit = 30105,
    InputInvalidUrl = 30106,
    InputBadBytes = 30300,
    ConnectionFailed = 39996,

    DuplicateId = 40010,
}
