using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Portal.Core.Domain.Models;

namespace Portal.Core.Engines.Training;

/// <summary>
/// One fit of ML.NET after another, on one thread: a softmax over all outputs, or the sigmoid of one output. Each
/// goes on from the one before. The objective is <c>Σ loss + 1/C · ½ ‖weights‖²</c>, biases unpenalised; ML.NET sums
/// single precision.
/// </summary>
internal sealed class LinearFit
{
    private const int History = 10;

    private readonly MLContext _context;
    private readonly LabelledRows _rows;
    private readonly int? _output;
    private LinearModelParameters? _sigmoid;
    private MaximumEntropyModelParameters? _softmax;

    private LinearFit(MLContext context, LabelledRows rows, int? output) =>
        (_context, _rows, _output) = (context, rows, output);

    /// <summary>The fits that make up a classifier; they are independent of each other.</summary>
    public static LinearFit[] Of(
        MLContext context,
        StandardisedFeatures features,
        TrainingTargets targets,
        CancellationToken cancellationToken
    ) =>
        targets.Link is ClassifierLink.Sigmoid
            ?
            [
                .. Enumerable
                    .Range(0, targets.Outputs)
                    .Select(output => new LinearFit(
                        context,
                        KnownRows(features, targets, output, cancellationToken),
                        output
                    )),
            ]
            : [new LinearFit(context, WeightedRows(features, targets, cancellationToken), null)];

    /// <param name="parameters">Outputs × dimensions weights, then one bias an output: this fit's part is
    /// written.</param>
    /// <param name="tolerance">The mean loss is to fall by less than about this in a step.</param>
    /// <exception cref="OperationCanceledException">Thrown between two passes over the rows.</exception>
    public void Run(double c, float tolerance, int maxIterations, float[] parameters)
    {
        if (_output is { } output)
        {
            RunSigmoid(c, tolerance, maxIterations, parameters, output);
        }
        else
        {
            RunSoftmax(c, tolerance, maxIterations, parameters);
        }
    }

    private void RunSigmoid(double c, float tolerance, int maxIterations, float[] parameters, int output)
    {
        var trainer = _context.BinaryClassification.Trainers.LbfgsLogisticRegression(
            new LbfgsLogisticRegressionBinaryTrainer.Options
            {
                LabelColumnName = LabelledRows.Label,
                FeatureColumnName = LabelledRows.Features,
                ExampleWeightColumnName = LabelledRows.Weight,
                L1Regularization = 0,
                L2Regularization = (float)(1 / c),
                OptimizationTolerance = tolerance,
                MaximumNumberOfIterations = maxIterations,
                HistorySize = History,
                DenseOptimizer = true,
                NumberOfThreads = 1,
                Quiet = true,
            }
        );
        _sigmoid = (_sigmoid is null ? trainer.Fit(_rows) : trainer.Fit(_rows, _sigmoid)).Model.SubModel;
        var dimensions = _sigmoid.Weights.Count;
        for (var d = 0; d < dimensions; d++)
        {
            parameters[(output * dimensions) + d] = _sigmoid.Weights[d];
        }

        parameters[(parameters.Length / (dimensions + 1) * dimensions) + output] = _sigmoid.Bias;
    }

    private void RunSoftmax(double c, float tolerance, int maxIterations, float[] parameters)
    {
        var trainer = _context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(
            new LbfgsMaximumEntropyMulticlassTrainer.Options
            {
                LabelColumnName = LabelledRows.Label,
                FeatureColumnName = LabelledRows.Features,
                ExampleWeightColumnName = LabelledRows.Weight,
                L1Regularization = 0,
                L2Regularization = (float)(1 / c),
                OptimizationTolerance = tolerance,
                MaximumNumberOfIterations = maxIterations,
                HistorySize = History,
                DenseOptimizer = true,
                NumberOfThreads = 1,
                Quiet = true,
            }
        );
        _softmax = (_softmax is null ? trainer.Fit(_rows) : trainer.Fit(_rows, _softmax)).Model;
        VBuffer<float>[]? weights = null;
        _softmax.GetWeights(ref weights, out var outputs);
        var at = 0;
        foreach (var row in weights)
        {
            row.CopyTo(parameters.AsSpan(at, row.Length));
            at += row.Length;
        }

        foreach (var bias in _softmax.GetBiases())
        {
            parameters[at++] = bias;
        }
    }

    /// <summary>The rows whose label is known.</summary>
    private static LabelledRows KnownRows(
        StandardisedFeatures features,
        TrainingTargets targets,
        int output,
        CancellationToken cancellationToken
    )
    {
        int[] known = [.. Enumerable.Range(0, features.Count).Where(row => !float.IsNaN(targets.Value(row, output)))];
        return new LabelledRows(
            [.. known.Select(row => features.Rows[row])],
            [.. known.Select(row => (uint)targets.Value(row, output))],
            [.. known.Select(_ => 1f)],
            0,
            cancellationToken
        );
    }

    /// <summary>
    /// A row that is to teach several outputs is read once for each, with that part as its weight: the same loss.
    /// </summary>
    private static LabelledRows WeightedRows(
        StandardisedFeatures features,
        TrainingTargets targets,
        CancellationToken cancellationToken
    )
    {
        var (rows, labels, weights) = (new List<float[]>(), new List<uint>(), new List<float>());
        for (var row = 0; row < features.Count; row++)
        {
            for (var output = 0; output < targets.Outputs; output++)
            {
                if (targets.Value(row, output) is not (> 0 and var part))
                {
                    continue;
                }

                rows.Add(features.Rows[row]);
                labels.Add((uint)output + 1);
                weights.Add(part);
            }
        }

        return new LabelledRows([.. rows], [.. labels], [.. weights], targets.Outputs, cancellationToken);
    }
}
