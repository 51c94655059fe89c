namespace Portal.Core.Evaluation;

/// <summary>Histograms of what a model version scores on labelled inputs it did not learn from.</summary>
public sealed class ScoreHistograms(EvaluationService evaluations)
{
    /// <returns>By the concept's key; empty while the version is not evaluated.</returns>
    public async Task<IReadOnlyDictionary<long, ScoreHistogram>> OfVersionAsync(long modelVersionId, int bins, CancellationToken ct) =>
        (await evaluations.FindAsync(modelVersionId, ct))?.Scores is { } scores
            ? scores.ConceptIds.Select((id, concept) => (id, Histogram: ScoreHistogram.Of(scores.LabelsOf(concept), bins))).ToDictionary(c => c.id, c => c.Histogram)
            : new Dictionary<long, ScoreHistogram>();
}
