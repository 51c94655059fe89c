using System.Numerics.Tensors;

namespace Portal.Core.Models;

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
        var dimensions = set.Dimensions;
        var values = new float[rows.Length][];
        var mean = new double[dimensions];
        for (var i = 0; i < rows.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var row = values[i] = new float[dimensions];
            EmbeddingTransform.Apply(set.Embedding(rows[i]), row);
            for (var d = 0; d < dimensions; d++)
            {
                mean[d] += row[d] / (double)rows.Length;
            }
        }

        var variance = new double[dimensions];
        for (var i = 0; i < rows.Length; i++)
        {
            var row = values[i];
            for (var d = 0; d < dimensions; d++)
            {
                var deviation = row[d] - mean[d];
                variance[d] += deviation * deviation / rows.Length;
            }
        }

        float[] shift = [.. mean.Select(value => (float)value)];
        float[] scale = [.. variance.Select((value, d) => Spread(Math.Sqrt(value), mean[d]))];
        for (var i = 0; i < rows.Length; i++)
        {
            var row = values[i];
            for (var d = 0; d < dimensions; d++)
            {
                row[d] = (row[d] - shift[d]) / scale[d];
            }
        }

        return new StandardisedFeatures(values, shift, scale);
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
        Parallel.For(0, Count, SideBySide.Options(cancellationToken), i =>
        {
            gram[i] = new double[i + 1];
            for (var j = 0; j <= i; j++) gram[i][j] = TensorPrimitives.Dot<float>(Rows[i], Rows[j]);
        });
        var ridge = 1e-6 + (1e-4 * gram.Average(row => row[^1]));
        var values = new float[Count][];
        for (var i = 0; i < Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var row = gram[i];
            for (var j = 0; j < i; j++) row[j] = (row[j] - TensorPrimitives.Dot<double>(row.AsSpan(0, j), gram[j].AsSpan(0, j))) / gram[j][j];
            row[i] = Math.Sqrt(row[i] + ridge - TensorPrimitives.SumOfSquares<double>(row.AsSpan(0, i)));
            values[i] = new float[Count];
            TensorPrimitives.ConvertTruncating<double, float>(row, values[i]);
        }

        return new StandardisedFeatures(values, new float[Count], [.. Enumerable.Repeat(1f, Count)]);
    }

    /// <summary>A deviation within the rounding of half precision is noise and must not be blown up.</summary>
    private static float Spread(double deviation, double mean) => deviation > 1e-6 * Math.Max(1, Math.Abs(mean)) ? (float)deviation : 1;
}
