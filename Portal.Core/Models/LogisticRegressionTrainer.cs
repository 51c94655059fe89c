namespace Portal.Core.Models;

/// <summary>
/// L2-regularised logistic regression on standardised square roots of the embeddings: a sigmoid for each concept, on the rows where its
/// label is known, or one softmax. The objective is strictly convex in the weights, so there is one answer and no seed. Needs four bytes of
/// memory a number of the set.
/// </summary>
public sealed class LogisticRegressionTrainer : IClassifierTrainer
{
    /// <summary>Part of its first norm to which the gradient is to fall: below it scores no longer change in the fourth decimal.</summary>
    private const double Tolerance = 1e-5;

    public ClassifierHead Train(TrainingSet set, TrainingOptions options, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        if (options.C is <= 0) throw new ArgumentOutOfRangeException(nameof(options), options.C, "C is positive.");
        var targets = TrainingTargets.Of(set, options);
        var features = StandardisedFeatures.Of(set, targets.Rows, cancellationToken);
        var c = options.C ?? RegulariserChoice.Of(features, targets, cancellationToken);
        var objective = new LogisticObjective(features, targets, c, cancellationToken);
        var parameters = Start(objective.ParameterCount, targets);
        Lbfgs.Minimise(objective.Evaluate, parameters, Tolerance, options.MaxIterations, done => progress?.Report(done));
        progress?.Report(1);
        return Head(set.ConceptIds, targets.Link, features, parameters);
    }

    /// <summary>Weights of 0 and the biases that are best for them.</summary>
    internal static double[] Start(int parameterCount, TrainingTargets targets)
    {
        var parameters = new double[parameterCount];
        var frequencies = targets.Frequencies();
        for (var output = 0; output < targets.Outputs; output++)
        {
            parameters[parameterCount - targets.Outputs + output] = targets.Link is ClassifierLink.Sigmoid
                ? Math.Log(frequencies[output] / (1 - frequencies[output]))
                : Math.Log(frequencies[output]);
        }

        return parameters;
    }

    private static ClassifierHead Head(IReadOnlyList<long> conceptIds, ClassifierLink link, StandardisedFeatures features, double[] parameters)
    {
        var (concepts, dimensions) = (conceptIds.Count, features.Dimensions);
        var outputs = parameters.Length / (dimensions + 1);
        var weights = new float[concepts * dimensions];
        var biases = new float[concepts];
        // A softmax does not change when all outputs are shifted alike: "none of these" becomes 0 and need not be kept.
        var hasNone = link is ClassifierLink.SoftmaxWithNone;
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = (float)(parameters[i] - (hasNone ? parameters[(concepts * dimensions) + (i % dimensions)] : 0));
        }

        for (var i = 0; i < concepts; i++)
        {
            var bias = (outputs * dimensions) + i;
            biases[i] = (float)(parameters[bias] - (hasNone ? parameters[^1] : 0));
        }

        return new ClassifierHead(link, conceptIds, weights, biases, features.Mean, features.Scale);
    }
}
