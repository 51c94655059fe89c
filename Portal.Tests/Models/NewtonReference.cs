using MathNet.Numerics.LinearAlgebra;
using Portal.Core.Domain.Models;

namespace Portal.Tests.Models;

/// <summary>
/// A second route to the same optimum: Newton's method in double precision with the full Hessian, by textbook formulas.
/// Features carry a last column of 1.
/// </summary>
internal static class NewtonReference
{
    /// <summary>Square roots, standardised with divisor n over the given rows, and the constant.</summary>
    public static Matrix<double> Features(TrainingSet set, int[] rows)
    {
        var x = Matrix<double>.Build.Dense(rows.Length, set.Dimensions + 1, 1);
        for (var d = 0; d < set.Dimensions; d++)
        {
            var column = rows.Select(row => Math.Sqrt((double)set.Embedding(row)[d])).ToArray();
            var mean = column.Average();
            var deviation = Math.Sqrt(column.Average(value => (value - mean) * (value - mean)));
            x.SetColumn(d, [.. column.Select(value => (value - mean) / deviation)]);
        }

        return x;
    }

    /// <summary>Probabilities of a sigmoid regression at its optimum.</summary>
    public static Vector<double> Sigmoid(Matrix<double> x, double[] targets, double c)
    {
        var w = Vector<double>.Build.Dense(x.ColumnCount);
        var penalty = Penalty(x.ColumnCount);
        var p = (x * w).Map(z => 1 / (1 + Math.Exp(-z)));
        for (var i = 0; i < 100; i++)
        {
            var gradient =
                (c * x.TransposeThisAndMultiply(p - Vector<double>.Build.DenseOfArray(targets)))
                + penalty.PointwiseMultiply(w);
            var hessian =
                (
                    c
                    * x.TransposeThisAndMultiply(
                        Matrix<double>.Build.DiagonalOfDiagonalVector(p.Map(q => q * (1 - q))) * x
                    )
                ) + Matrix<double>.Build.DiagonalOfDiagonalVector(penalty);
            w -= hessian.Solve(gradient);
            p = (x * w).Map(z => 1 / (1 + Math.Exp(-z)));
        }

        return p;
    }

    /// <summary>
    /// Probabilities of a softmax regression at its optimum; <paramref name="targets"/> and the answer are rows ×
    /// classes.
    /// </summary>
    public static Matrix<double> Softmax(Matrix<double> x, Matrix<double> targets, double c)
    {
        var (classes, width) = (targets.ColumnCount, x.ColumnCount);
        var w = Matrix<double>.Build.Dense(width, classes);
        for (var i = 0; i < 100; i++)
        {
            var p = Probabilities(x * w);
            var gradient = c * x.TransposeThisAndMultiply(p - targets);
            var hessian = Matrix<double>.Build.Dense(width * classes, width * classes);
            for (var k = 0; k < classes; k++)
            {
                gradient.SetColumn(k, gradient.Column(k) + Penalty(width).PointwiseMultiply(w.Column(k)));
                for (var l = 0; l < classes; l++)
                {
                    var curvature = p.Column(k).PointwiseMultiply((k == l ? 1 : 0) - p.Column(l));
                    var block =
                        c * x.TransposeThisAndMultiply(Matrix<double>.Build.DiagonalOfDiagonalVector(curvature) * x);
                    hessian.SetSubMatrix(
                        k * width,
                        l * width,
                        k == l ? block + Matrix<double>.Build.DiagonalOfDiagonalVector(Penalty(width)) : block
                    );
                }

                // Shifting all biases alike changes nothing, so the Hessian needs a nudge there to be invertible.
                hessian[(k * width) + width - 1, (k * width) + width - 1] += 1e-9;
            }

            var step = hessian.Solve(Vector<double>.Build.DenseOfArray(gradient.ToColumnMajorArray()));
            w -= Matrix<double>.Build.DenseOfColumnMajor(width, classes, step.ToArray());
        }

        return Probabilities(x * w);
    }

    private static Matrix<double> Probabilities(Matrix<double> linear)
    {
        var e = linear.Map(Math.Exp);
        return Matrix<double>.Build.Dense(
            e.RowCount,
            e.ColumnCount,
            (row, column) => e[row, column] / e.Row(row).Sum()
        );
    }

    private static Vector<double> Penalty(int width) => Vector<double>.Build.Dense(width, d => d == width - 1 ? 0 : 1);
}
