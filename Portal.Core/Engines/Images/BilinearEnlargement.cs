using System.Buffers;
using System.Numerics.Tensors;

namespace Portal.Core.Engines.Images;

/// <summary>
/// Enlarges 8-bit RGB by linear interpolation between pixel centres, edges repeated. libvips' own enlarging is a
/// general affine transform, which took a fifth of the time the network takes; photos are often smaller than the
/// network's side.
/// </summary>
internal static class BilinearEnlargement
{
    private const int Bands = 3;

    /// <param name="rgb">width × height × 3 bytes, row by row.</param>
    /// <param name="side">Pixels, at least <paramref name="width"/> and <paramref name="height"/>.</param>
    /// <param name="target">Receives side × side × 3 bytes, row by row.</param>
    public static void Enlarge(ReadOnlySpan<byte> rgb, int width, int height, int side, Span<byte> target)
    {
        var rowLength = side * Bands;
        var buffer = ArrayPool<float>.Shared.Rent((height + 1) * rowLength);
        try
        {
            var between = buffer.AsSpan(0, rowLength);
            var widened = buffer.AsSpan(rowLength, height * rowLength);
            var columns = Taps(width, side);
            for (var y = 0; y < height; y++)
            {
                Widen(rgb.Slice(y * width * Bands, width * Bands), columns, widened.Slice(y * rowLength, rowLength));
            }

            var rows = Taps(height, side);
            for (var y = 0; y < side; y++)
            {
                var (first, second, weight) = rows[y];
                TensorPrimitives.Lerp(
                    widened.Slice(first * rowLength, rowLength),
                    widened.Slice(second * rowLength, rowLength),
                    weight,
                    between
                );
                TensorPrimitives.Add(between, 0.5f, between);
                TensorPrimitives.ConvertSaturating<float, byte>(between, target.Slice(y * rowLength, rowLength));
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(buffer);
        }
    }

    /// <summary>
    /// For each of <paramref name="to"/> places along the longer line: its two nearest among the
    /// <paramref name="from"/> of the shorter one, and the second's weight.
    /// </summary>
    private static (int First, int Second, float Weight)[] Taps(int from, int to)
    {
        var taps = new (int, int, float)[to];
        for (var i = 0; i < to; i++)
        {
            var position = Math.Clamp((i + 0.5) * from / to - 0.5, 0, from - 1);
            var first = (int)position;
            taps[i] = (first, Math.Min(first + 1, from - 1), (float)(position - first));
        }
        return taps;
    }

    private static void Widen(
        ReadOnlySpan<byte> source,
        (int First, int Second, float Weight)[] columns,
        Span<float> target
    )
    {
        for (var x = 0; x < columns.Length; x++)
        {
            var (first, second, weight) = columns[x];
            var left = source.Slice(first * Bands, Bands);
            var right = source.Slice(second * Bands, Bands);
            var pixel = target.Slice(x * Bands, Bands);
            pixel[0] = left[0] + (right[0] - left[0]) * weight;
            pixel[1] = left[1] + (right[1] - left[1]) * weight;
            pixel[2] = left[2] + (right[2] - left[2]) * weight;
        }
    }
}
