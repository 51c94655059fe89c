using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Models;
using Portal.Core.Services.Evaluation;
using Portal.Shared.Components;
using Portal.Shared.Pages;

namespace Portal.Features.Models;

/// <summary>Models in words for a page.</summary>
public static class ModelFormatter
{
    /// <summary>A version's status.</summary>
    public static string Of(StatusCode status) =>
        status switch
        {
            StatusCode.ModelTrained => "Trained",
            StatusCode.ModelTraining => "Training",
            StatusCode.ModelQueued => "Waiting to train",
            StatusCode.ModelUntrained => "Not trained",
            _ => "Training failed",
        };

    /// <summary>How far a version's evaluation is, as a link to it.</summary>
    public static string EvaluationOf(VersionEvaluation? evaluation) =>
        evaluation?.Status switch
        {
            StatusCode.ModelEvaluated => "See how good it is",
            StatusCode.ModelQueuedForEvaluation or StatusCode.ModelEvaluating => "Evaluating …",
            StatusCode.EvaluationTooFewConcepts or StatusCode.EvaluationTooFewInputs => "Too few labels",
            _ => "Not evaluated",
        };

    /// <summary>The page of a version's evaluation.</summary>
    public static string EvaluationHref(AppScope scope, string modelId, ModelVersionView version) =>
        scope.Href($"models/{modelId}/versions/{version.ExternalId}/evaluation");

    public static StatusKind KindOf(StatusCode status) =>
        status switch
        {
            StatusCode.ModelTrained => StatusKind.Success,
            StatusCode.ModelTraining => StatusKind.Running,
            StatusCode.ModelQueued or StatusCode.ModelUntrained => StatusKind.Pending,
            _ => StatusKind.Failed,
        };

    public static bool IsUnderWay(StatusCode status) => status is StatusCode.ModelTraining or StatusCode.ModelQueued;

    /// <summary>The names of a model's concepts, in its order; deleted ones are left out.</summary>
    public static IReadOnlyList<Concept> ConceptsOf(ModelView view, IReadOnlyList<Concept> concepts) =>
        [
            .. view
                .Output.Concepts.Select(c => concepts.FirstOrDefault(known => known.Id == c.ConceptId))
                .OfType<Concept>(),
        ];
}
