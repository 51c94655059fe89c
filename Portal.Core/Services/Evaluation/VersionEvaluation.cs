using Portal.Core.Domain.Errors;

namespace Portal.Core.Services.Evaluation;

/// <summary>How far the evaluation of a model version is, and what it found.</summary>
/// <param name="Detail">What is missing, what went wrong, or a remark; else null.</param>
/// <param name="ImplicitNegatives">Whether unanswered concepts beside a person's ✓ counted as ✗.</param>
/// <param name="Scores">Null unless it is evaluated.</param>
public sealed record VersionEvaluation(
    StatusCode Status,
    string? Detail,
    bool ImplicitNegatives,
    DateTime ModifiedAt,
    HeldOutScores? Scores
)
{
    public bool IsUnderWay => Status is StatusCode.ModelQueuedForEvaluation or StatusCode.ModelEvaluating;
}
