using Portal.Shared.Api;

namespace Portal.Features.Evaluation;

/// <summary>Figures from 0 to 1; null where the labels do not define one.</summary>
internal sealed record MetricsDto(
    double? Precision,
    double? Recall,
    double? F1,
    double? AveragePrecision,
    double? RocAuc
);

internal sealed record CountsDto(int TruePositives, int FalsePositives, int FalseNegatives, int TrueNegatives);

/// <summary>
/// Null thresholds: nothing can be suggested yet. <c>basis</c> is <c>guarantee</c>, <c>estimate</c> or <c>none</c>.
/// </summary>
internal sealed record SuggestionDto(
    double? HighThreshold,
    string HighBasis,
    double? LowThreshold,
    string LowBasis,
    int CertifyingLabels,
    int? MoreLabels,
    int Success,
    int Pending,
    int Dropped
);

internal sealed record ConceptEvaluationDto
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required int Present { get; init; }
    public required int Absent { get; init; }
    public required CountsDto Counts { get; init; }
    public required MetricsDto Metrics { get; init; }
    public double? ExpectedCalibrationError { get; init; }
    public required SuggestionDto Suggestion { get; init; }
}

/// <summary>So many inputs hold the one concept and scored highest for the other, or the same.</summary>
internal sealed record ConfusionCellDto(string ActualConceptId, string PredictedConceptId, int Count);

internal sealed record EvaluationDto
{
    /// <summary>
    /// 21300 evaluated, 21301 evaluating, 21302 not evaluated, 21303 queued; 21315 and 21316 with what is missing.
    /// </summary>
    public required ApiStatus Status { get; init; }

    public int? TotalInputCount { get; init; }
    public int? Folds { get; init; }
    public bool? ImplicitNegatives { get; init; }
    public DateTime? EvaluatedAt { get; init; }
    public IReadOnlyList<ConceptEvaluationDto>? Concepts { get; init; }
    public MetricsDto? Macro { get; init; }
    public MetricsDto? Micro { get; init; }
    public IReadOnlyList<ConfusionCellDto>? ConfusionMatrix { get; init; }

    /// <summary>How many inputs the suggestions' success, pending and dropped are counted on.</summary>
    public int? YieldInputCount { get; init; }
}

internal sealed record EvaluationResponse(EvaluationDto Evaluation) : ApiResponse;
