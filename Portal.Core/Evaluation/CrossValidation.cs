using System.Globalization;
using Portal.Core.Errors;
using Portal.Core.Models;

namespace Portal.Core.Evaluation;

/// <summary>Asks how well a classifier does on inputs it has not seen, by leaving out one fold at a time.</summary>
public sealed class CrossValidation(IClassifierTrainer trainer)
{
    /// <summary>Fewer inputs than this with a concept, and a fold may lack it.</summary>
    public const int Folds = 5;

    /// <param name="seed">Decides which row falls into which fold.</param>
    /// <param name="progress">From 0 to 1.</param>
    /// <exception cref="PortalException">
    /// <see cref="StatusCode.EvaluationTooFewConcepts"/>: fewer than two. <see cref="StatusCode.EvaluationTooFewInputs"/>: a concept is
    /// present on fewer inputs than there are folds; the subject lists the keys of all such concepts, separated by commas. Also what
    /// training throws.
    /// </exception>
    public CrossValidationResult Run(
        TrainingSet set, TrainingOptions options, int seed, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        CheckSize(set);
        var folds = StratifiedFolds.Assign(set, Folds, seed);
        var concepts = set.ConceptIds.Count;
        var scores = new double[set.Count * concepts];
        for (var fold = 0; fold < Folds; fold++)
        {
            var rows = Enumerable.Range(0, set.Count).ToLookup(row => folds[row] == fold);
            var head = trainer.Train(set.Select([.. rows[false]]), options, null, cancellationToken);
            foreach (var row in rows[true])
            {
                head.Score(set.Embedding(row), scores.AsSpan(row * concepts, concepts));
            }

            progress?.Report((fold + 1.0) / Folds);
        }

        return new CrossValidationResult(scores, folds);
    }

    private static void CheckSize(TrainingSet set)
    {
        if (set.ConceptIds.Count < 2)
        {
            throw new PortalException(StatusCode.EvaluationTooFewConcepts, "An evaluation needs at least two concepts. Add a concept to the model.");
        }

        long[] few = [.. set.ConceptIds.Where((_, concept) => Enumerable.Range(0, set.Count).Count(row => set.LabelsOf(row)[concept] == 1) < Folds)];
        if (few.Length > 0)
        {
            throw new PortalException(StatusCode.EvaluationTooFewInputs, string.Create(CultureInfo.InvariantCulture,
                $"An evaluation needs {Folds} inputs marked present (✓) for each concept; {few.Length} of "
                + $"{set.ConceptIds.Count} concepts have fewer. Label more."),
                string.Join(',', few));
        }
    }
}
