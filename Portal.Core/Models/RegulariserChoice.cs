namespace Portal.Core.Models;

/// <summary>
/// How strongly to regularise: the C with the least log loss in cross-validation on the rows to train on. Nothing outside them is looked at, so a
/// classifier that is trained without a part for an evaluation has its C chosen without that part too.
/// </summary>
internal static class RegulariserChoice
{
    private const int Folds = 5;

    /// <summary>More rows than this are thinned out for the choice, which then costs the same for any number.</summary>
    private const int MostRows = 1000;

    /// <summary>Fewer rows than this choose by chance.</summary>
    private const int FewestRows = 50;

    private const int MaxIterations = 100;

    /// <summary>As in training, but scores need not settle to the fourth decimal to be compared.</summary>
    private const double Tolerance = 1e-3;

    /// <summary>From the strongest regularisation to the weakest; the first where rows are too few to choose by.</summary>
    private static readonly double[] s_candidates = [0.003, 0.01, 0.03];

    public static double Of(StandardisedFeatures features, TrainingTargets targets, CancellationToken cancellationToken)
    {
        if (features.Count < FewestRows) return s_candidates[0];
        // Rows of one concept lie side by side, so that thinning out and dealing in turn give each part its share.
        int[] sorted = [.. Enumerable.Range(0, features.Count).OrderBy(row => MainOutput(targets, row))];
        var step = ((sorted.Length - 1) / MostRows) + 1;
        int[] rows = [.. sorted.Where((_, i) => i % step == 0)];
        var kept = targets.Select(rows);
        var spanned = features.Select(rows).InTheirSpan(cancellationToken);
        var losses = new double[s_candidates.Length];
        for (var fold = 0; fold < Folds; fold++)
        {
            var places = Enumerable.Range(0, rows.Length).ToLookup(place => place % Folds == fold);
            AddLosses(losses, spanned, kept, [.. places[false]], [.. places[true]], cancellationToken);
        }

        return s_candidates[Array.IndexOf(losses, losses.Min())];
    }

    private static void AddLosses(double[] losses, StandardisedFeatures features, TrainingTargets targets, int[] taught, int[] heldOut, CancellationToken cancellationToken)
    {
        var (taughtFeatures, taughtTargets) = (features.Select(taught), targets.Select(taught));
        var unseen = new LogisticObjective(features.Select(heldOut), targets.Select(heldOut), 1, cancellationToken);
        var parameters = LogisticRegressionTrainer.Start(unseen.ParameterCount, taughtTargets);
        for (var i = 0; i < losses.Length; i++)
        {
            // Each goes on from the one before, which is near.
            Lbfgs.Minimise(new LogisticObjective(taughtFeatures, taughtTargets, s_candidates[i], cancellationToken).Evaluate, parameters, Tolerance, MaxIterations, _ => { });
            losses[i] += unseen.Loss(parameters);
        }
    }

    private static int MainOutput(TrainingTargets targets, int row)
    {
        var values = targets.Values.AsSpan(row * targets.Outputs, targets.Outputs);
        var main = 0;
        for (var output = 1; output < values.Length; output++)
        {
            if (values[output] > values[main] || float.IsNaN(values[main])) main = output;
        }

        return main;
    }
}
