using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Evaluation;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Concepts;
using Portal.Core.Services.Evaluation;
using Portal.Core.Services.Models;
using Portal.Shared.Access;
using Portal.Shared.Api;

namespace Portal.Features.Evaluation;

/// <summary><c>models/{id}/versions/{vid}/evaluation</c></summary>
internal static class EvaluationApi
{
    private static readonly GuaranteeTarget Usual = new();

    private static readonly QueryField<double> ErrorField = ApiQuery.Fraction(
        "error",
        "The share of wrong labels that suggested thresholds promise at most",
        Usual.Error
    );

    private static readonly QueryField<double> ConfidenceField = ApiQuery.Fraction(
        "confidence",
        "How sure that promise is",
        Usual.Confidence
    );

    private static readonly QueryField<double> RecallField = ApiQuery.Fraction(
        "recall",
        "The share of inputs with a concept that its low threshold keeps at least",
        Usual.Recall
    );

    private static readonly QueryField<double> ThresholdField = ApiQuery.Fraction(
        "threshold",
        "The score from which a concept counts as predicted, in counts and metrics",
        0.5
    );

    public static void MapEvaluations(this IEndpointRouteBuilder routes)
    {
        var evaluation = routes.MapGroup("/models/{model_id}/versions/{version_id}/evaluation").WithTags("Models");
        evaluation
            .MapGet("", GetAsync)
            .Needs(Permission.See)
            .Named("GetModelVersionEvaluation", "Get the evaluation of a model version")
            .Takes(ErrorField, ConfidenceField, RecallField, ThresholdField);
        evaluation
            .MapPost(
                "",
                async (
                    ApiScope scope,
                    string model_id,
                    string version_id,
                    ModelService models,
                    EvaluationService service,
                    CancellationToken ct
                ) =>
                {
                    var version = await models.GetVersionAsync(scope.AppId, model_id, version_id, ct);
                    await service.StartAsync(
                        scope.AppId,
                        scope.UserId,
                        await models.GetAsync(scope.AppId, model_id, ct),
                        version,
                        ct
                    );
                    return new EvaluationResponse(Waiting(await service.FindAsync(version.Id, ct)));
                }
            )
            .Needs(Permission.ManageModels)
            .Named("PostModelVersionEvaluation", "Start the evaluation of a model version");
    }

    /// <summary>
    /// Counts and figures hold at <c>threshold</c> (0.5); suggestions guarantee at most <c>error</c> (0.05) with
    /// <c>confidence</c> (0.95), and drop at most 1 − <c>recall</c> (0.95).
    /// </summary>
    private static async Task<EvaluationResponse> GetAsync(
        HttpContext context,
        ApiScope scope,
        string model_id,
        string version_id,
        ModelService models,
        ConceptService concepts,
        EvaluationService service,
        ScoreSample sample,
        CancellationToken ct
    )
    {
        var target = new GuaranteeTarget(
            ErrorField.Read(context),
            ConfidenceField.Read(context),
            RecallField.Read(context)
        );
        target.Check();
        var threshold = ThresholdField.Read(context);
        var version = await models.GetVersionAsync(scope.AppId, model_id, version_id, ct);
        var found = await service.FindAsync(version.Id, ct);
        if (found?.Scores is not { } scores)
        {
            return new EvaluationResponse(Waiting(found));
        }

        var known = (await concepts.ListAsync(scope.AppId, ct)).ToDictionary(c => c.Id);
        var report = EvaluationReport.Of(scores, threshold);
        var suggestions = SuggestionService.Suggest(
            scores,
            await sample.DrawAsync(scope.AppId, version.Id, scores, ct),
            target
        );
        return new EvaluationResponse(
            new EvaluationDto
            {
                Status = ApiStatus.Of(found.Status, found.Detail),
                TotalInputCount = scores.Count,
                Folds = scores.Folds.Max() + 1,
                ImplicitNegatives = found.ImplicitNegatives,
                EvaluatedAt = found.ModifiedAt,
                Concepts =
                [
                    .. report
                        .Concepts.Zip(suggestions.Concepts)
                        .Where(c => known.ContainsKey(c.First.ConceptId))
                        .Select(c => Write(known[c.First.ConceptId], c.First, c.Second)),
                ],
                Macro = Write(report.Macro),
                Micro = Write(report.Micro),
                ConfusionMatrix =
                [
                    .. from cell in scores.Confusion()
                    let actual = known.GetValueOrDefault(scores.ConceptIds[cell.Actual])
                    let predicted = known.GetValueOrDefault(scores.ConceptIds[cell.Predicted])
                    where actual is not null && predicted is not null
                    select new ConfusionCellDto(actual.ExternalId, predicted.ExternalId, cell.Rows.Count),
                ],
                YieldInputCount = suggestions.Inputs,
            }
        );
    }

    private static EvaluationDto Waiting(VersionEvaluation? evaluation) =>
        new() { Status = ApiStatus.Of(evaluation?.Status ?? StatusCode.ModelNotEvaluated, evaluation?.Detail) };

    private static ConceptEvaluationDto Write(
        Concept concept,
        ConceptEvaluation evaluation,
        ConceptSuggestion suggestion
    ) =>
        new()
        {
            Id = concept.ExternalId,
            Name = concept.Name,
            Present = evaluation.Labels.Count(l => l.IsPresent),
            Absent = evaluation.Labels.Count(l => !l.IsPresent),
            Counts = new CountsDto(
                evaluation.Counts.TruePositives,
                evaluation.Counts.FalsePositives,
                evaluation.Counts.FalseNegatives,
                evaluation.Counts.TrueNegatives
            ),
            Metrics = Write(evaluation.Metrics),
            ExpectedCalibrationError = Defined(evaluation.Reliability.ExpectedCalibrationError),
            Suggestion = new SuggestionDto(
                suggestion.HighBasis == SuggestionBasis.None ? null : suggestion.High,
                Word(suggestion.HighBasis),
                suggestion.LowBasis == SuggestionBasis.None ? null : suggestion.Low,
                Word(suggestion.LowBasis),
                suggestion.CertifyingLabels,
                suggestion.MoreLabels,
                suggestion.Yield.Success,
                suggestion.Yield.Pending,
                suggestion.Yield.Dropped
            ),
        };

    private static MetricsDto Write(MetricSummary metrics) =>
        new(
            Defined(metrics.Precision),
            Defined(metrics.Recall),
            Defined(metrics.F1),
            Defined(metrics.AveragePrecision),
            Defined(metrics.RocAuc)
        );

    private static double? Defined(double value) => double.IsNaN(value) ? null : value;

    private static string Word(SuggestionBasis basis) => basis.ToString().ToLowerInvariant();
}
