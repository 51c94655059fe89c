using System.Numerics.Tensors;
using Portal.Core.Domain.Models;

namespace Portal.Core.Engines.Training;

/// <summary>
/// The transformed embeddings of the rows that take part, each dimension shifted to mean 0 and scaled to standard
/// deviation 1.
/// </summary>
internal sealed class StandardisedFeatures
{
    private StandardisedFeatures(float[][] rows, float[] mean, float[] scale) =>
        (Rows, Mean, Scale) = (rows, mean, scale);

    /// <summary>
    /// Each row has as many numbers as there are dimensions, of four bytes. Not to be written to: selections share
    /// them.
    /// </summary>
    public float[][] Rows { get; }

    public int Count => Rows.Length;

    public float[] Mean { get; }

    /// <summary>The standard deviations (divisor n); 1 for a dimension that does not vary.</summary>
    public float[] Scale { get; }

    public int Dimensions => Mean.Length;

    public static StandardisedFeatures Of(TrainingSet set, int[] rows, CancellationToken cancellationToken)
    {
        var values = new float[rows.Length][];
        var options = SideBySide.Options(cancellationToken);
        for (var i = 0; i < rows.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            EmbeddingTransform.Apply(set.Embedding(rows[i]), values[i] = new float[set.Dimensions]);
        }

        var mean = MeanOf(
            values,
            set.Dimensions,
            options,
            (row, result) => TensorPrimitives.ConvertTruncating(row, result)
        );
        var variance = MeanOf(
            values,
            set.Dimensions,
            options,
            (row, result) =>
            {
                TensorPrimitives.ConvertTruncating(row, result);
                TensorPrimitives.Subtract(result, mean, result);
                TensorPrimitives.Multiply(result, result, result);
            }
        );
        float[] shift = [.. mean.Select(value => (float)value)];
        float[] scale = [.. variance.Select((value, d) => Spread(Math.Sqrt(value), mean[d]))];
        Parallel.For(
            0,
            rows.Length,
            options,
            i =>
            {
                TensorPrimitives.Subtract<float>(values[i], shift, values[i]);
                TensorPrimitives.Divide<float>(values[i], scale, values[i]);
            }
        );
        return new StandardisedFeatures(values, shift, scale);
    }

    /// <summary>
    /// The mean over the rows of what each gives, summed in an order that no number of threads changes.
    /// </summary>
    private static double[] MeanOf(
        float[][] rows,
        int dimensions,
        ParallelOptions options,
        Action<ReadOnlySpan<float>, Span<double>> of
    )
    {
        const int block = 512;
        var sums = new double[((rows.Length - 1) / block) + 1][];
        Parallel.For(
            0,
            sums.Length,
            options,
            i =>
            {
                var (sum, values) = (sums[i] = new double[dimensions], new double[dimensions]);
                foreach (var row in rows.AsSpan(i * block, Math.Min(block, rows.Length - (i * block))))
                {
                    of(row, values);
                    TensorPrimitives.Add<double>(sum, values, sum);
                }
            }
        );
        var mean = sums[0];
        foreach (var sum in sums.Skip(1))
        {
            TensorPrimitives.Add<double>(mean, sum, mean);
        }

        TensorPrimitives.Divide<double>(mean, rows.Length, mean);
        return mean;
    }

    /// <summary>Some rows, with the shift and the scale of all.</summary>
    public StandardisedFeatures Select(IReadOnlyList<int> rows) => new([.. rows.Select(row => Rows[row])], Mean, Scale);

    /// <summary>
    /// The same rows in as many dimensions as there are rows, with the same inner products but for a ridge of a ten-
    /// thousandth: the Cholesky factor of their Gram matrix. A penalised linear model of rows has its weights in
    /// their span, so it scores them alike, and few rows are far fewer numbers.
    /// </summary>
    public StandardisedFeatures InTheirSpan(CancellationToken cancellationToken)
    {
        var gram = new double[Count][];
        Parallel.For(
            0,
            Count,
            SideBySide.Options(cancellationToken),
            i =>
            {
                gram[i] = new double[i + 1];
                for (var j = 0; j <= i; j++)
                {
                    gram[i][j] = TensorPrimitives.Dot<float>(Rows[i], Rows[j]);
                }
            }
        );
        var ridge = 1e-6 + (1e-4 * gram.Average(row => row[^1]));
        var values = new float[Count][];
        for (var i = 0; i < Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var row = gram[i];
            for (var j = 0; j < i; j++)
            {
                row[j] = (row[j] - TensorPrimitives.Dot<double>(row.AsSpan(0, j), gram[j].AsSpan(0, j))) / gram[j][j];
            }

            row[i] = Math.Sqrt(row[i] + ridge - TensorPrimitives.SumOfSquares<double>(row.AsSpan(0, i)));
            values[i] = new float[Count];
            TensorPrimitives.ConvertTruncating<double, float>(row, values[i]);
        }

        return new StandardisedFeatures(values, new float[Count], [.. Enumerable.Repeat(1f, Count)]);
    }

    /// <summary>A deviation within the rounding of half precision is noise and must not be blown up.</summary>
    private static float Spread(double deviation, double mean) =>
        deviation > 1e-6 * Math.Max(1, Math.Abs(mean)) ? (float)deviation : 1;
}
