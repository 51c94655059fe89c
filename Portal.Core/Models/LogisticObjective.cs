using System.Numerics.Tensors;

namespace Portal.Core.Models;

/// <summary>
/// <c>C · Σ loss + ½ ‖weights‖²</c> of a logistic or softmax regression, for all outputs in one pass over the features. Biases are not
/// penalised. Parameters: outputs × dimensions weights, then one bias an output.
/// </summary>
/// <remarks>
/// Products are single precision, sums over blocks of rows double. The rows are cut into the same parts on every machine and the parts are
/// added in order, so the result does not depend on the number or the timing of threads.
/// </remarks>
internal sealed class LogisticObjective
{
    private const int Parts = 4;
    private const int BlockRows = 64;

    /// <summary>So many products are quicker made than handed to other threads.</summary>
    private const long FewProducts = 1 << 20;

    private readonly StandardisedFeatures _features;
    private readonly TrainingTargets _targets;
    private readonly double _c;
    private readonly CancellationToken _cancellationToken;
    private readonly float[] _weights;
    private readonly Part[] _parts;

    public LogisticObjective(StandardisedFeatures features, TrainingTargets targets, double c, CancellationToken cancellationToken)
    {
        (_features, _targets, _c, _cancellationToken) = (features, targets, c, cancellationToken);
        _weights = new float[targets.Outputs * features.Dimensions];
        _parts = [.. Enumerable.Range(0, Parts).Select(part => new Part(
            features.Count * part / Parts, features.Count * (part + 1) / Parts, targets.Outputs, features.Dimensions))];
    }

    public int ParameterCount => _weights.Length + _targets.Outputs;

    /// <summary>The objective at <paramref name="parameters"/>; its gradient goes into <paramref name="gradient"/>.</summary>
    public double Evaluate(double[] parameters, double[] gradient)
    {
        var weights = parameters.AsSpan(0, _weights.Length);
        var loss = Loss(parameters);
        Array.Clear(gradient);
        foreach (var part in _parts) TensorPrimitives.Add(gradient, part.Gradient, gradient);
        TensorPrimitives.Multiply(gradient, _c, gradient);
        TensorPrimitives.Add(gradient.AsSpan(0, _weights.Length), weights, gradient);
        return (_c * loss) + (TensorPrimitives.SumOfSquares<double>(weights) / 2);
    }

    /// <summary>Σ loss at <paramref name="parameters"/>, without weight or penalty.</summary>
    public double Loss(double[] parameters)
    {
        TensorPrimitives.ConvertTruncating<double, float>(parameters.AsSpan(0, _weights.Length), _weights);
        var isSmall = (long)_features.Count * _weights.Length < FewProducts;
        var threads = new ParallelOptions { CancellationToken = _cancellationToken, MaxDegreeOfParallelism = isSmall ? 1 : Environment.ProcessorCount, TaskScheduler = TaskScheduler.Current };
        Parallel.ForEach(_parts, threads, part => Sum(part, parameters.AsSpan(_weights.Length)));
        return _parts.Sum(part => part.Loss);
    }

    private void Sum(Part part, ReadOnlySpan<double> biases)
    {
        part.Loss = 0;
        Array.Clear(part.Gradient);
        for (var first = part.First; first < part.End; first += BlockRows)
        {
            var end = Math.Min(first + BlockRows, part.End);
            Residuals(part, first, end, biases);
            AddGradient(part, first, end);
        }
    }

    /// <summary>Score minus target for a block of rows, and their loss.</summary>
    private void Residuals(Part part, int first, int end, ReadOnlySpan<double> biases)
    {
        var (outputs, dimensions) = (_targets.Outputs, _features.Dimensions);
        var linear = part.Linear;
        for (var row = first; row < end; row++)
        {
            for (var output = 0; output < outputs; output++)
            {
                linear[output] = biases[output] + TensorPrimitives.Dot(_features.Row(row), _weights.AsSpan(output * dimensions, dimensions));
            }

            var targets = _targets.Values.AsSpan(row * outputs, outputs);
            var residuals = part.Residuals.AsSpan((row - first) * outputs, outputs);
            part.Loss += _targets.Link is ClassifierLink.Sigmoid
                ? SigmoidLoss(linear, targets, residuals)
                : SoftmaxLoss(linear, targets, residuals);
        }
    }

    private static double SigmoidLoss(double[] linear, ReadOnlySpan<float> targets, Span<float> residuals)
    {
        double loss = 0;
        for (var i = 0; i < linear.Length; i++)
        {
            if (float.IsNaN(targets[i]))
            {
                residuals[i] = 0;
                continue;
            }

            // −t·ln p − (1−t)·ln(1−p) = max(z, 0) − t·z + ln(1 + e^−|z|)
            loss += Math.Max(linear[i], 0) - (targets[i] * linear[i]) + Math.Log(1 + Math.Exp(-Math.Abs(linear[i])));
            residuals[i] = (float)(Links.Sigmoid(linear[i]) - targets[i]);
        }

        return loss;
    }

    private static double SoftmaxLoss(double[] linear, ReadOnlySpan<float> targets, Span<float> residuals)
    {
        double wanted = 0;
        for (var i = 0; i < linear.Length; i++)
        {
            wanted += targets[i] * linear[i];
        }

        var logSum = Links.Softmax(linear);
        for (var i = 0; i < linear.Length; i++)
        {
            residuals[i] = (float)(linear[i] - targets[i]);
        }

        return logSum - wanted;
    }

    private void AddGradient(Part part, int first, int end)
    {
        var (outputs, dimensions) = (_targets.Outputs, _features.Dimensions);
        for (var output = 0; output < outputs; output++)
        {
            var sum = part.BlockGradient.AsSpan();
            sum.Clear();
            double biasGradient = 0;
            for (var row = first; row < end; row++)
            {
                var residual = part.Residuals[((row - first) * outputs) + output];
                biasGradient += residual;
                TensorPrimitives.MultiplyAdd(_features.Row(row), residual, sum, sum);
            }

            var gradient = part.Gradient.AsSpan(output * dimensions, dimensions);
            for (var d = 0; d < dimensions; d++)
            {
                gradient[d] += sum[d];
            }

            part.Gradient[(outputs * dimensions) + output] += biasGradient;
        }
    }

    private sealed class Part(int first, int end, int outputs, int dimensions)
    {
        public int First { get; } = first;

        public int End { get; } = end;

        public double Loss { get; set; }

        public double[] Gradient { get; } = new double[outputs * (dimensions + 1)];

        public double[] Linear { get; } = new double[outputs];

        public float[] Residuals { get; } = new float[BlockRows * outputs];

        public float[] BlockGradient { get; } = new float[dimensions];
    }
}
