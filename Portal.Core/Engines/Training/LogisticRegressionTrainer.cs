using Microsoft.ML;
using Portal.Core.Domain.Models;

namespace Portal.Core.Engines.Training;

/// <summary>
/// L2-regularised logistic regression on standardised square roots of the embeddings, by ML.NET: a sigmoid for each
/// concept, on the rows where its label is known, or one softmax. The objective is strictly convex in the weights, so
/// there is one answer and no seed. Needs four bytes of memory a number of the set.
/// </summary>
public sealed class LogisticRegressionTrainer : IClassifierTrainer
{
    /// <summary>Below what single precision resolves: the fit ends when the mean loss falls no more.</summary>
    private const float Tolerance = 1e-8f;

    public ClassifierHead Train(
        TrainingSet set,
        TrainingOptions options,
        IProgress<double>? progress,
        CancellationToken cancellationToken
    )
    {
        if (options.C is <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.C, "C is positive.");
        }

        var targets = TrainingTargets.Of(set, options);
        var features = StandardisedFeatures.Of(set, targets.Rows, cancellationToken);
        // Made here and not with the portal: it loads ML.NET's assemblies.
        var context = new MLContext(seed: 0);
        var c = options.C ?? RegulariserChoice.Of(context, features, targets, progress, cancellationToken);
        progress?.Report(0.5);
        var parameters = new float[targets.Outputs * (features.Dimensions + 1)];
        SideBySide.Run(
            LinearFit.Of(context, features, targets, cancellationToken),
            fit => fit.Run(c, Tolerance, options.MaxIterations, parameters),
            cancellationToken
        );
        progress?.Report(1);
        return Head(set.ConceptIds, targets.Link, features, parameters);
    }

    private static ClassifierHead Head(
        IReadOnlyList<long> conceptIds,
        ClassifierLink link,
        StandardisedFeatures features,
        float[] parameters
    )
    {
        var (concepts, dimensions) = (conceptIds.Count, features.Dimensions);
        var outputs = parameters.Length / (dimensions + 1);
        var weights = new float[concepts * dimensions];
        var biases = new float[concepts];
        // A softmax does not change when all outputs are shifted alike: "none of these" becomes 0 and need not be kept.
        var hasNone = link is ClassifierLink.SoftmaxWithNone;
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = parameters[i] - (hasNone ? parameters[(concepts * dimensions) + (i % dimensions)] : 0);
        }

        for (var i = 0; i < concepts; i++)
        {
            var bias = (outputs * dimensions) + i;
            biases[i] = parameters[bias] - (hasNone ? parameters[^1] : 0);
        }

        return new ClassifierHead(link, conceptIds, weights, biases, features.Mean, features.Scale);
    }
}
