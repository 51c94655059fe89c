using System.Globalization;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Models;

namespace Portal.Core.Domain.Evaluation;

/// <summary>Asks how well a classifier does on inputs it has not seen, by leaving out one fold at a time.</summary>
public sealed class CrossValidation(IClassifierTrainer trainer)
{
    /// <summary>Fewer folds where a concept is absent from fewer inputs than this.</summary>
    public const int MaxFolds = 5;

    /// <summary>Fewer inputs than this with a concept, and its figures would say nothing.</summary>
    public const int FewestInputs = 5;

    private const int FewestFolds = 2;

    /// <param name="seed">Decides which row falls into which fold.</param>
    /// <param name="progress">From 0 to 1.</param>
    /// <exception cref="PortalException">
    /// <see cref="StatusCode.EvaluationTooFewConcepts"/>: fewer than two.
    /// <see cref="StatusCode.EvaluationTooFewInputs"/>: a concept is present on fewer than <see cref="FewestInputs"/>
    /// inputs, or absent from too few to be told from anything; the subject lists the keys of all such concepts,
    /// separated by commas. Also what training throws.
    /// </exception>
    public CrossValidationResult Run(
        TrainingSet set,
        TrainingOptions options,
        int seed,
        IProgress<double>? progress,
        CancellationToken cancellationToken
    )
    {
        CheckSize(set);
        var folds = FoldsFor(set);
        var foldOf = StratifiedFolds.Assign(set, folds, seed);
        var concepts = set.ConceptIds.Count;
        var scores = new double[set.Count * concepts];
        for (var fold = 0; fold < folds; fold++)
        {
            var rows = Enumerable.Range(0, set.Count).ToLookup(row => foldOf[row] == fold);
            var head = trainer.Train(set.Select([.. rows[false]]), options, null, cancellationToken);
            foreach (var row in rows[true])
            {
                head.Score(set.Embedding(row), scores.AsSpan(row * concepts, concepts));
            }

            progress?.Report((fold + 1.0) / folds);
        }

        return new CrossValidationResult(scores, foldOf);
    }

    private static int FoldsFor(TrainingSet set) =>
        Math.Clamp(
            Enumerable.Range(0, set.ConceptIds.Count).Min(concept => CountOf(set, concept, 0)),
            FewestFolds,
            MaxFolds
        );

    private static int CountOf(TrainingSet set, int concept, sbyte label) =>
        Enumerable.Range(0, set.Count).Count(row => set.LabelsOf(row)[concept] == label);

    private static void CheckSize(TrainingSet set)
    {
        if (set.ConceptIds.Count < 2)
        {
            throw new PortalException(
                StatusCode.EvaluationTooFewConcepts,
                "An evaluation needs at least two concepts. Add a concept to the model."
            );
        }

        Reject(1, FewestInputs, "marked present (✓)");
        Reject(0, FewestFolds, "marked absent (✗)");

        void Reject(sbyte label, int fewest, string marked)
        {
            long[] few = [.. set.ConceptIds.Where((_, concept) => CountOf(set, concept, label) < fewest)];
            if (few.Length == 0)
            {
                return;
            }

            throw new PortalException(
                StatusCode.EvaluationTooFewInputs,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"An evaluation needs {fewest} inputs {marked} for each concept; {few.Length} of "
                        + $"{set.ConceptIds.Count} concepts have fewer. Label more."
                ),
                string.Join(',', few)
            );
        }
    }
}
