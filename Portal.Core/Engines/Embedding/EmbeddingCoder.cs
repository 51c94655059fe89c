using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Portal.Core.Engines.Embedding;

/// <summary>
/// Writes an embedding in one bit a dimension, from which the cosine to another vector can be estimated without bias
/// (RaBitQ: J. Gao and C. Long, SIGMOD 2024). The direction of the vector is moved by a centre and turned at random, so
/// that no dimension says more than another; the bits are the signs. Two numbers beside them undo what the signs lose
/// on average. The error of a cosine is about 0.6/√dimensions times how far both vectors are from the centre.
/// </summary>
internal sealed class EmbeddingCoder
{
    private const int QueryBits = 4;
    private readonly float[] _centre;
    private readonly float _centreNorm2;

    // Two rounds of signs and a shuffle, the same for ever: codes are stored.
    private readonly float[][] _signs;
    private readonly int[][] _orders;

    /// <param name="centre">Any fixed vector; the mean of directions makes the estimates sharpest.</param>
    public EmbeddingCoder(float[] centre)
    {
        _centre = centre;
        _centreNorm2 = TensorPrimitives.SumOfSquares(centre);
        // Fixed pseudo-randomness, no secret.
#pragma warning disable CA5394
        var random = new Random(20260501);
        _signs =
        [
            .. Enumerable
                .Range(0, 2)
                .Select(_ => Enumerable.Range(0, centre.Length).Select(_ => random.Next(2) * 2f - 1).ToArray()),
        ];
        _orders = [.. Enumerable.Range(0, 2).Select(_ => Order(random, centre.Length))];
#pragma warning restore CA5394
    }

    /// <summary>Length of a vector.</summary>
    public int Dimensions => _centre.Length;

    /// <summary>64-bit words of signs a code has.</summary>
    public int Words => (_centre.Length + 63) / 64;

    /// <summary>Bytes of a stored code: the signs, then two single-precision numbers.</summary>
    public int Bytes => Words * sizeof(ulong) + 2 * sizeof(float);

    /// <summary>The centre of directions: the mean of vectors of length one.</summary>
    public static float[] CentreOf(IReadOnlyList<Half[]> vectors)
    {
        var centre = new float[vectors[0].Length];
        foreach (var vector in vectors)
        {
            TensorPrimitives.Add(centre, Direction(Singles(vector)), centre);
        }

        TensorPrimitives.Divide(centre, vectors.Count, centre);
        return centre;
    }

    public byte[] Encode(ReadOnlySpan<Half> vector)
    {
        var direction = Direction(Singles(vector));
        var turned = Turn(direction);
        var code = new byte[Bytes];
        var words = MemoryMarshal.Cast<byte, ulong>(code.AsSpan(0, Words * sizeof(ulong)));
        for (var i = 0; i < turned.Length; i++)
        {
            if (turned[i] >= 0)
            {
                words[i >> 6] |= 1UL << (i & 63);
            }
        }
        var numbers = MemoryMarshal.Cast<byte, float>(code.AsSpan(Words * sizeof(ulong)));
        var spread = TensorPrimitives.SumOfMagnitudes(turned);
        numbers[0] = spread == 0 ? 0 : TensorPrimitives.SumOfSquares(turned) / spread;
        numbers[1] = TensorPrimitives.Dot(_centre, direction) - _centreNorm2;
        return code;
    }

    /// <summary>A vector made ready to be compared with codes.</summary>
    public Query Ask(ReadOnlySpan<float> vector)
    {
        var direction = Direction(vector.ToArray());
        var turned = Turn(direction);
        var (low, high) = (TensorPrimitives.Min(turned), TensorPrimitives.Max(turned));
        var step = Math.Max((high - low) / ((1 << QueryBits) - 1), float.Epsilon);
        var planes = new ulong[Words * QueryBits];
        for (var i = 0; i < turned.Length; i++)
        {
            var level = (int)MathF.Round((turned[i] - low) / step);
            for (var bit = 0; bit < QueryBits; bit++)
            {
                if ((level >> bit & 1) != 0)
                {
                    planes[(i >> 6) * QueryBits + bit] |= 1UL << (i & 63);
                }
            }
        }
        return new Query(planes, low, step, TensorPrimitives.Sum(turned), TensorPrimitives.Dot(_centre, direction));
    }

    /// <summary>
    /// The estimated cosine of two encoded vectors: the part of the signs that differ is the angle between their
    /// directions from the centre over π, and the scales tell how far both are from it, for turned entries are near to
    /// normally distributed. The error is about 1/√dimensions times these distances.
    /// </summary>
    public float Cosine(
        ReadOnlySpan<ulong> signs,
        (float Scale, float Offset) numbers,
        ReadOnlySpan<ulong> otherSigns,
        (float Scale, float Offset) otherNumbers
    )
    {
        var differing = 0;
        for (var w = 0; w < signs.Length; w++)
        {
            differing += BitOperations.PopCount(signs[w] ^ otherSigns[w]);
        }

        var lengths = 2f * _centre.Length / MathF.PI * numbers.Scale * otherNumbers.Scale;
        return lengths * MathF.Cos(MathF.PI * differing / _centre.Length)
            + numbers.Offset
            + otherNumbers.Offset
            + _centreNorm2;
    }

    public static float[] Singles(ReadOnlySpan<Half> vector)
    {
        var singles = new float[vector.Length];
        TensorPrimitives.ConvertToSingle(vector, singles);
        return singles;
    }

    public static float[] Direction(float[] vector)
    {
        var length = TensorPrimitives.Norm(vector);
        if (length > 0)
        {
            TensorPrimitives.Divide(vector, length, vector);
        }

        return vector;
    }

    private static int[] Order(Random random, int count)
    {
        var order = Enumerable.Range(0, count).ToArray();
#pragma warning disable CA5394
        random.Shuffle(order);
#pragma warning restore CA5394
        return order;
    }

    private float[] Turn(float[] direction)
    {
        var now = new float[direction.Length];
        TensorPrimitives.Subtract(direction, _centre, now);
        var next = new float[now.Length];
        for (var round = 0; round < _signs.Length; round++)
        {
            var order = _orders[round];
            for (var i = 0; i < next.Length; i++)
            {
                next[i] = now[order[i]];
            }

            TensorPrimitives.Multiply(next, _signs[round], next);
            // Any length is a sum of powers of two; the shuffle mixes the blocks.
            for (int start = 0, left = next.Length; left > 0; )
            {
                var size = 1 << BitOperations.Log2((uint)left);
                Hadamard(next.AsSpan(start, size));
                (start, left) = (start + size, left - size);
            }
            (now, next) = (next, now);
        }
        return now;
    }

    // The fast Walsh-Hadamard transform, scaled to keep lengths.
    private static void Hadamard(Span<float> values)
    {
        var differences = new float[values.Length / 2];
        for (var half = 1; half < values.Length; half *= 2)
        {
            for (var start = 0; start < values.Length; start += 2 * half)
            {
                var a = values.Slice(start, half);
                var b = values.Slice(start + half, half);
                if (half < 8)
                {
                    for (var i = 0; i < half; i++)
                    {
                        (a[i], b[i]) = (a[i] + b[i], a[i] - b[i]);
                    }

                    continue;
                }
                TensorPrimitives.Subtract(a, b, differences);
                TensorPrimitives.Add(a, b, a);
                differences.AsSpan(0, half).CopyTo(b);
            }
        }
        TensorPrimitives.Divide(values, MathF.Sqrt(values.Length), values);
    }

    internal readonly struct Query(ulong[] planes, float low, float step, float sum, float ofCentre)
    {
        /// <summary>The estimated cosine to an encoded vector.</summary>
        public float Cosine(ReadOnlySpan<ulong> signs, float scale, float offset)
        {
            int set = 0,
                p0 = 0,
                p1 = 0,
                p2 = 0,
                p3 = 0;
            ref var plane = ref MemoryMarshal.GetArrayDataReference(planes);
            for (var w = 0; w < signs.Length; w++)
            {
                var word = signs[w];
                ref var at = ref System.Runtime.CompilerServices.Unsafe.Add(ref plane, w * QueryBits);
                set += BitOperations.PopCount(word);
                p0 += BitOperations.PopCount(word & at);
                p1 += BitOperations.PopCount(word & System.Runtime.CompilerServices.Unsafe.Add(ref at, 1));
                p2 += BitOperations.PopCount(word & System.Runtime.CompilerServices.Unsafe.Add(ref at, 2));
                p3 += BitOperations.PopCount(word & System.Runtime.CompilerServices.Unsafe.Add(ref at, 3));
            }
            // The sum of the query's entries under set signs, twice, less all of them, is its product with the signs.
            var under = low * set + step * (p0 + 2 * p1 + 4 * p2 + 8 * p3);
            return ofCentre + offset + scale * (2 * under - sum);
        }
    }
}
