using System.Numerics.Tensors;

namespace Portal.Core.Domain.Models;

/// <summary>
/// The square root, sign kept, of each component of an embedding. Pooled activations of a rectifier are non-negative
/// and have long tails; the root evens them out before they are standardised, which a linear classifier rewards.
/// </summary>
internal static class EmbeddingTransform
{
    /// <exception cref="ArgumentException">A component is not finite.</exception>
    public static void Apply(ReadOnlySpan<Half> embedding, Span<float> features)
    {
        TensorPrimitives.ConvertToSingle(embedding, features);
        foreach (ref var feature in features)
        {
            feature = MathF.CopySign(MathF.Sqrt(MathF.Abs(feature)), feature);
        }

        if (!TensorPrimitives.IsFiniteAll<float>(features))
        {
            throw new ArgumentException(
                "The embedding holds a component that is not a finite number.",
                nameof(embedding)
            );
        }
    }
}
