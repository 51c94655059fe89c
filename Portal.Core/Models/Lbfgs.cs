using System.Numerics.Tensors;

namespace Portal.Core.Models;

/// <summary>
/// Minimises a smooth convex function by limited-memory BFGS with a backtracking line search (Nocedal and Wright, algorithms 7.4 and 7.5).
/// </summary>
internal static class Lbfgs
{
    private const int Memory = 10;
    private const int MaxHalvings = 20;
    private const double SufficientDecrease = 1e-4;
    private const double ValueRounding = 1e-6;

    /// <summary>The function's value; its gradient goes into the second argument.</summary>
    public delegate double Function(double[] at, double[] gradient);

    /// <summary>Moves <paramref name="x"/> to the minimum.</summary>
    /// <param name="tolerance">Stops when the gradient's norm has fallen to this part of its first value, or the function falls no
    /// more.</param>
    /// <param name="onIteration">Told after each iteration what part of the way is done, 0 to 1.</param>
    public static void Minimise(Function function, double[] x, double tolerance, int maxIterations, Action<double> onIteration)
    {
        var gradient = new double[x.Length];
        var value = function(x, gradient);
        var firstNorm = TensorPrimitives.Norm<double>(gradient);
        var steps = new List<Step>();
        var (next, nextGradient) = (new double[x.Length], new double[x.Length]);
        for (var iteration = 1; iteration <= maxIterations; iteration++)
        {
            var norm = TensorPrimitives.Norm<double>(gradient);
            if (norm <= tolerance * firstNorm)
            {
                return;
            }

            var direction = Direction(gradient, steps);
            if (Search(function, x, value, gradient, direction, next, nextGradient) is not { } nextValue)
            {
                return;
            }

            Remember(steps, x, gradient, next, nextGradient);
            (value, gradient, nextGradient) = (nextValue, nextGradient, gradient);
            next.CopyTo(x, 0);
            onIteration(Math.Max((double)iteration / maxIterations, Math.Min(1, Math.Log(norm / firstNorm) / Math.Log(tolerance))));
        }
    }

    /// <summary>Minus the approximate inverse Hessian times the gradient.</summary>
    private static double[] Direction(double[] gradient, List<Step> steps)
    {
        var direction = new double[gradient.Length];
        TensorPrimitives.Negate(gradient, direction);
        var alphas = new double[steps.Count];
        for (var i = steps.Count - 1; i >= 0; i--)
        {
            alphas[i] = TensorPrimitives.Dot<double>(steps[i].Moved, direction) / steps[i].Curvature;
            TensorPrimitives.MultiplyAdd(steps[i].Turned, -alphas[i], direction, direction);
        }

        var scale = steps.Count > 0
            ? steps[^1].Curvature / TensorPrimitives.SumOfSquares<double>(steps[^1].Turned)
            : Math.Min(1, 1 / TensorPrimitives.Norm<double>(gradient));
        TensorPrimitives.Multiply(direction, scale, direction);
        for (var i = 0; i < steps.Count; i++)
        {
            var beta = TensorPrimitives.Dot<double>(steps[i].Turned, direction) / steps[i].Curvature;
            TensorPrimitives.MultiplyAdd(steps[i].Moved, alphas[i] - beta, direction, direction);
        }

        return direction;
    }

    /// <summary>Halves the step until the function falls enough; null when rounding leaves nothing to gain.</summary>
    private static double? Search(
        Function function, double[] x, double value, double[] gradient, double[] direction, double[] next, double[] nextGradient)
    {
        var slope = TensorPrimitives.Dot<double>(gradient, direction);
        var length = 1.0;
        for (var i = 0; i <= MaxHalvings && slope < 0; i++, length /= 2)
        {
            TensorPrimitives.MultiplyAdd(direction, length, x, next);
            var candidate = function(next, nextGradient);
            // Near the minimum the function's change drowns in rounding long before its gradient does; there the slope decides
            // (Hager and Zhang, 2005).
            if (candidate <= value + (SufficientDecrease * length * slope)
                || (candidate <= value + (ValueRounding * Math.Abs(value))
                    && TensorPrimitives.Dot<double>(nextGradient, direction) <= ((2 * SufficientDecrease) - 1) * slope))
            {
                return candidate;
            }
        }

        return null;
    }

    private static void Remember(List<Step> steps, double[] x, double[] gradient, double[] next, double[] nextGradient)
    {
        var (moved, turned) = (new double[x.Length], new double[x.Length]);
        TensorPrimitives.Subtract<double>(next, x, moved);
        TensorPrimitives.Subtract<double>(nextGradient, gradient, turned);
        var curvature = TensorPrimitives.Dot<double>(moved, turned);
        if (curvature <= 1e-12 * TensorPrimitives.Norm<double>(moved) * TensorPrimitives.Norm<double>(turned))
        {
            return;
        }

        if (steps.Count == Memory)
        {
            steps.RemoveAt(0);
        }

        steps.Add(new Step(moved, turned, curvature));
    }

    /// <param name="Moved">Change of the argument.</param>
    /// <param name="Turned">Change of the gradient.</param>
    /// <param name="Curvature">Their product, positive.</param>
    private sealed record Step(double[] Moved, double[] Turned, double Curvature);
}
