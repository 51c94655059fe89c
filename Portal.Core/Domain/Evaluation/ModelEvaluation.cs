using Portal.Core.Domain.Errors;
using Portal.Core.Services.Evaluation;

namespace Portal.Core.Domain.Evaluation;

/// <summary>
/// The evaluation of one model version. Its scores are one blob: they are only ever read whole, and a row for each
/// input and concept would be a hundred thousand rows a training.
/// </summary>
public sealed class ModelEvaluation
{
    public long ModelVersionId { get; set; }

    /// <summary>Queued, evaluating, evaluated, or what is missing (21315, 21316) or went wrong.</summary>
    public StatusCode Status { get; set; }

    /// <summary>
    /// What is missing and what to do about it, or a remark such as that there were fewer folds; else null.
    /// </summary>
    public string? Detail { get; set; }

    /// <summary>Whether unanswered concepts beside a person's ✓ counted as ✗.</summary>
    public bool ImplicitNegatives { get; set; }

    /// <summary><see cref="HeldOutScores"/> as bytes; null until it is evaluated.</summary>
    public byte[]? Scores { get; set; }

    public DateTime ModifiedAt { get; set; }
}
