using Portal.Core.Domain.Errors;

namespace Portal.Core.Domain.Evaluation;

/// <summary>What thresholds are to guarantee.</summary>
/// <param name="Error">The part of what is accepted that may be wrong.</param>
/// <param name="Confidence">Of each concept's guarantee on its own.</param>
/// <param name="Recall">The part of what is present that must not be dropped.</param>
public sealed record GuaranteeTarget(double Error = 0.05, double Confidence = 0.95, double Recall = 0.95)
{
    /// <exception cref="PortalException"><see cref="StatusCode.ModelInvalidArgument"/>: a value is not between 0 and
    /// 1.</exception>
    public void Check()
    {
        foreach (var (value, name) in new[] { (Error, "error"), (Confidence, "confidence"), (Recall, "recall") })
        {
            if (value is not (> 0 and < 1))
            {
                throw new PortalException(
                    StatusCode.ModelInvalidArgument,
                    $"'{name}' must lie between 0 and 1, both excluded: 0.05 is 5 %.",
                    name
                );
            }
        }
    }
}
