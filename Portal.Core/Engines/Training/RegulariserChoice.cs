using System.Numerics.Tensors;
using Microsoft.ML;
using Portal.Core.Domain.Models;

namespace Portal.Core.Engines.Training;

/// <summary>
/// How strongly to regularise: the weakest C with about the least log loss in cross-validation on the rows to train on.
/// Nothing outside them is looked at, so a classifier that is trained without a part for an evaluation has its C chosen
/// without that part too.
/// </summary>
internal static class RegulariserChoice
{
    private const int Folds = 5;

    /// <summary>More rows than this are thinned out for the choice, which then costs the same for any number.</summary>
    private const int MostRows = 1000;

    /// <summary>Fewer rows than this choose by chance.</summary>
    private const int FewestRows = 50;

    /// <summary>Of the progress.</summary>
    private const double PartOfTraining = 0.5;

    private const int MaxIterations = 100;

    /// <summary>Of the mean loss: scores need not settle to the fourth decimal to be compared.</summary>
    private const float Tolerance = 1e-4f;

    /// <summary>
    /// A weaker regularisation is taken where its loss is no more than this many times the least: the folds are taught
    /// on fewer rows than the classifier, which favours the stronger, and scores that are too modest leave work to
    /// people.
    /// </summary>
    private const double AboutAsGood = 1.005;

    /// <summary>
    /// Where rows are too few to choose by. With the 512 numbers of the default embedder it lets a concept that is
    /// plainly there pass 0.7 after eight labels of each kind.
    /// </summary>
    private const double ForFewRows = 0.03;

    /// <summary>From the strongest regularisation to the weakest.</summary>
    private static readonly double[] s_candidates = [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3];

    public static double Of(
        MLContext context,
        StandardisedFeatures features,
        TrainingTargets targets,
        IProgress<double>? progress,
        CancellationToken cancellationToken
    )
    {
        if (features.Count < FewestRows)
        {
            return ForFewRows;
        }
        // Rows of one concept lie side by side, so that thinning out and dealing in turn give each part its share.
        int[] sorted = [.. Enumerable.Range(0, features.Count).OrderBy(row => MainOutput(targets, row))];
        var step = ((sorted.Length - 1) / MostRows) + 1;
        int[] rows = [.. sorted.Where((_, i) => i % step == 0)];
        var kept = targets.Select(rows);
        var selected = features.Select(rows);
        var spanned = selected.Dimensions > rows.Length ? selected.InTheirSpan(cancellationToken) : selected;
        Fold[] folds =
        [
            .. Enumerable.Range(0, Folds).Select(fold => FoldOf(context, fold, spanned, kept, cancellationToken)),
        ];
        var tried = 0;
        var best = Array.IndexOf(s_candidates, ForFewRows);
        var least = LossOf(best);
        // Loss falls and then rises along the candidates: weaker ones are tried while they are about as good, then
        // stronger ones.
        var start = best;
        while (best + 1 < s_candidates.Length && LossOf(best + 1) is var loss && loss <= least * AboutAsGood)
        {
            (best, least) = (best + 1, Math.Min(least, loss));
        }

        while (best <= start && best > 0 && LossOf(best - 1) is var loss && loss * AboutAsGood < least)
        {
            (best, least) = (best - 1, loss);
        }

        return s_candidates[best];

        double LossOf(int candidate)
        {
            var fits = folds.SelectMany(fold => fold.Fits, (fold, fit) => (fold, fit)).ToList();
            SideBySide.Run(
                fits,
                each => each.fit.Run(s_candidates[candidate], Tolerance, MaxIterations, each.fold.Parameters),
                cancellationToken
            );
            progress?.Report(++tried * PartOfTraining / s_candidates.Length);
            return folds.Sum(Loss);
        }
    }

    private static Fold FoldOf(
        MLContext context,
        int fold,
        StandardisedFeatures features,
        TrainingTargets targets,
        CancellationToken cancellationToken
    )
    {
        var places = Enumerable.Range(0, features.Count).ToLookup(place => place % Folds == fold);
        int[] taught = [.. places[false]],
            heldOut = [.. places[true]];
        return new Fold(
            LinearFit.Of(context, features.Select(taught), targets.Select(taught), cancellationToken),
            features.Select(heldOut),
            targets.Select(heldOut),
            new float[targets.Outputs * (features.Dimensions + 1)]
        );
    }

    /// <summary>Summed over the rows that were held out.</summary>
    private static double Loss(Fold fold)
    {
        var (outputs, dimensions) = (fold.Targets.Outputs, fold.Features.Dimensions);
        double loss = 0;
        var linear = new double[outputs];
        for (var row = 0; row < fold.Features.Count; row++)
        {
            for (var output = 0; output < outputs; output++)
            {
                linear[output] =
                    fold.Parameters[(outputs * dimensions) + output]
                    + TensorPrimitives.Dot<float>(
                        fold.Features.Rows[row],
                        fold.Parameters.AsSpan(output * dimensions, dimensions)
                    );
            }

            loss += Links.Loss(fold.Targets.Link, linear, fold.Targets.Values.AsSpan(row * outputs, outputs));
        }

        return loss;
    }

    private static int MainOutput(TrainingTargets targets, int row)
    {
        var values = targets.Values.AsSpan(row * targets.Outputs, targets.Outputs);
        var main = 0;
        for (var output = 1; output < values.Length; output++)
        {
            if (values[output] > values[main] || float.IsNaN(values[main]))
            {
                main = output;
            }
        }

        return main;
    }

    /// <param name="Fits">On the rows that are taught.</param>
    /// <param name="Features">Of the rows that are held out, as <paramref name="Targets"/> are.</param>
    /// <param name="Parameters">What the last fits found.</param>
    private sealed record Fold(
        LinearFit[] Fits,
        StandardisedFeatures Features,
        TrainingTargets Targets,
        float[] Parameters
    );
}
