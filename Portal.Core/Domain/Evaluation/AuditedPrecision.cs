using MathNet.Numerics.Distributions;

namespace Portal.Core.Domain.Evaluation;

/// <summary>
/// How right a workflow version's accepted tags of one concept are, by those a person checked after they were drawn for
/// an audit.
/// </summary>
/// <param name="Right">Of <paramref name="Reviewed"/>, those the person agreed with.</param>
/// <param name="Waiting">Drawn and not checked yet.</param>
/// <param name="GuaranteedError">The part of what is accepted that may be wrong, as guaranteed when the version was
/// made; null when it was not.</param>
/// <param name="Weeks">By the week in which the tags were written, the oldest first.</param>
public sealed record AuditedPrecision(
    string WorkflowId,
    string WorkflowName,
    int VersionNumber,
    long ConceptId,
    int Right,
    int Reviewed,
    int Waiting,
    double? GuaranteedError,
    IReadOnlyList<AuditWeek> Weeks
)
{
    private const double Confidence = 0.95;

    /// <summary>
    /// The lower end of the two-sided 95 % interval of the long-run precision (Clopper and Pearson, 1934).
    /// </summary>
    public double Lowest => Right == 0 ? 0 : Beta.InvCDF(Right, Reviewed - Right + 1, (1 - Confidence) / 2);

    /// <summary>The upper end of the interval.</summary>
    public double Highest => Right == Reviewed ? 1 : Beta.InvCDF(Right + 1, Reviewed - Right, (1 + Confidence) / 2);

    /// <summary>
    /// Even the best precision the audit leaves possible is worse than was guaranteed: what is uploaded has changed.
    /// </summary>
    public bool IsBelowGuarantee => GuaranteedError is { } error && Highest < 1 - error;
}
