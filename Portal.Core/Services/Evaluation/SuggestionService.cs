using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Evaluation;

namespace Portal.Core.Services.Evaluation;

/// <summary>Suggests thresholds for a model version from its evaluation, and says what each stands on.</summary>
public sealed class SuggestionService(EvaluationService evaluations, ScoreSample sample)
{
    /// <exception cref="PortalException">The version is not evaluated; the message says why and what to do. Or the
    /// target makes no sense.</exception>
    public async Task<VersionSuggestions> SuggestAsync(
        long appId,
        long modelVersionId,
        GuaranteeTarget target,
        CancellationToken ct
    )
    {
        target.Check();
        var evaluation = await evaluations.FindAsync(modelVersionId, ct);
        if (evaluation?.Scores is not { } scores)
        {
            throw new PortalException(
                StatusCode.ModelNotEvaluated,
                evaluation?.Detail ?? "This version is not evaluated yet. Thresholds are suggested from its evaluation."
            );
        }

        var sampled = await sample.DrawAsync(appId, modelVersionId, scores, ct);
        return Suggest(scores, sampled, target);
    }

    /// <param name="sampled">What the yield is counted on.</param>
    public static VersionSuggestions Suggest(HeldOutScores scores, SampledScores sampled, GuaranteeTarget target)
    {
        var suggester = new ThresholdSuggester(target.Error, target.Confidence, target.Recall);
        var concepts = scores.ConceptIds.Select(
            (id, c) => OfConcept(suggester, id, scores, c, sampled.ByConcept[id], target)
        );
        return new VersionSuggestions(target, [.. concepts], sampled.Inputs, sampled.AreUnlabelled);
    }

    private static ConceptSuggestion OfConcept(
        ThresholdSuggester suggester,
        long conceptId,
        HeldOutScores heldOut,
        int concept,
        double[] scores,
        GuaranteeTarget target
    )
    {
        var all = heldOut.LabelsOf(concept);
        var (random, audited) = (
            heldOut.LabelsOf(concept, SamplingMethod.Random),
            heldOut.LabelsOf(concept, SamplingMethod.Audit)
        );
        var guaranteed = suggester.High(random, audited);
        var (high, highBasis) =
            guaranteed.Threshold is { } sure ? (sure, SuggestionBasis.Guarantee)
            : suggester.High(all).Threshold is { } likely ? (likely, SuggestionBasis.Estimate)
            : (1.0, SuggestionBasis.None);
        var (low, lowBasis) =
            suggester.Low(PresentOf(random)).Threshold is { } kept ? (kept, SuggestionBasis.Guarantee)
            : Quantile(PresentOf(all), 1 - target.Recall) is { } guess ? (guess, SuggestionBasis.Estimate)
            : (0.0, SuggestionBasis.None);
        low = Math.Min(low, high);
        return new ConceptSuggestion(
            conceptId,
            high,
            highBasis,
            low,
            lowBasis,
            random.Length + audited.Length,
            guaranteed.MoreLabels,
            ThresholdYield.Of(scores, low, high)
        );
    }

    private static double[] PresentOf(ScoredLabel[] labels) =>
        [.. labels.Where(label => label.IsPresent).Select(label => label.Score)];

    /// <summary>
    /// The score that at most the part <paramref name="below"/> of the scores are less than, or null without any.
    /// </summary>
    private static double? Quantile(double[] scores, double below) =>
        scores.Length == 0 ? null : scores.Order().ElementAt((int)(below * scores.Length));
}
