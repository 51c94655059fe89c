namespace Portal.Core.Models;

/// <summary>
/// The transformed embeddings of the rows that take part, each dimension shifted to mean 0 and scaled to standard deviation 1.
/// </summary>
internal sealed class StandardisedFeatures
{
    private StandardisedFeatures(int count, float[] values, float[] mean, float[] scale)
    {
        (Count, Values, Mean, Scale) = (count, values, mean, scale);
    }

    public int Count { get; }

    /// <summary>Count × dimensions, row by row: four bytes a number.</summary>
    public float[] Values { get; }

    public float[] Mean { get; }

    /// <summary>The standard deviations (divisor n); 1 for a dimension that does not vary.</summary>
    public float[] Scale { get; }

    public int Dimensions => Mean.Length;

    public ReadOnlySpan<float> Row(int row) => Values.AsSpan(row * Dimensions, Dimensions);

    public static StandardisedFeatures Of(TrainingSet set, int[] rows, CancellationToken cancellationToken)
    {
        var dimensions = set.Dimensions;
        var values = new float[(long)rows.Length * dimensions];
        var mean = new double[dimensions];
        for (var i = 0; i < rows.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var row = values.AsSpan(i * dimensions, dimensions);
            EmbeddingTransform.Apply(set.Embedding(rows[i]), row);
            for (var d = 0; d < dimensions; d++)
            {
                mean[d] += row[d] / (double)rows.Length;
            }
        }

        var variance = new double[dimensions];
        for (var i = 0; i < rows.Length; i++)
        {
            var row = values.AsSpan(i * dimensions, dimensions);
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
            var row = values.AsSpan(i * dimensions, dimensions);
            for (var d = 0; d < dimensions; d++)
            {
                row[d] = (row[d] - shift[d]) / scale[d];
            }
        }

        return new StandardisedFeatures(rows.Length, values, shift, scale);
    }

    /// <summary>A deviation within the rounding of half precision is noise and must not be blown up.</summary>
    private static float Spread(double deviation, double mean) => deviation > 1e-6 * Math.Max(1, Math.Abs(mean)) ? (float)deviation : 1;
}
