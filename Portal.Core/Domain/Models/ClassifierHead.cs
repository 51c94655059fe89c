using System.Buffers;
using System.Numerics.Tensors;

namespace Portal.Core.Domain.Models;

/// <summary>
/// A trained linear classifier over embeddings: square root, standardisation, one linear output a concept, link.
/// Immutable; holds nothing but bounded, finite numbers, so that a stored head can be read without trust.
/// </summary>
public sealed class ClassifierHead
{
    public const int MaxConcepts = 10_000;
    public const int MaxDimensions = 65_536;

    private readonly float[] _weights;
    private readonly float[] _biases;
    private readonly float[] _mean;
    private readonly float[] _scale;
    private readonly float[] _foldedWeights;
    private readonly double[] _foldedBiases;

    /// <param name="conceptIds">C different keys.</param>
    /// <param name="weights">C × D, concept by concept, for standardised features.</param>
    /// <param name="biases">C.</param>
    /// <param name="mean">D: subtracted from the features.</param>
    /// <param name="scale">D, positive: divides the features after that.</param>
    /// <exception cref="ArgumentException">The sizes do not fit together, exceed the limits, or a number is not
    /// finite.</exception>
    public ClassifierHead(
        ClassifierLink link,
        IReadOnlyList<long> conceptIds,
        float[] weights,
        float[] biases,
        float[] mean,
        float[] scale
    )
    {
        Require(Enum.IsDefined(link), "the link is unknown");
        Require(conceptIds.Count is > 0 and <= MaxConcepts, $"a head has 1 to {MaxConcepts} concepts");
        Require(mean.Length is > 0 and <= MaxDimensions, $"a head has 1 to {MaxDimensions} dimensions");
        Require(conceptIds.Distinct().Count() == conceptIds.Count, "a concept is listed twice");
        Require(
            (long)conceptIds.Count * mean.Length == weights.LongLength,
            "the weights are not concepts × dimensions"
        );
        Require(
            biases.Length == conceptIds.Count && scale.Length == mean.Length,
            "biases or scale have a wrong length"
        );
        foreach (var numbers in new[] { weights, biases, mean, scale })
        {
            Require(TensorPrimitives.IsFiniteAll<float>(numbers), "a number is not finite");
        }

        Require(TensorPrimitives.Min<float>(scale) > 0, "the scale is not positive");

        Link = link;
        ConceptIds = [.. conceptIds];
        (_weights, _biases, _mean, _scale) = ([.. weights], [.. biases], [.. mean], [.. scale]);
        _foldedWeights = new float[weights.Length];
        _foldedBiases = new double[biases.Length];
        Fold();
    }

    public ClassifierLink Link { get; }

    public IReadOnlyList<long> ConceptIds { get; }

    /// <summary>The length of the embeddings it scores.</summary>
    public int Dimensions => _mean.Length;

    internal ReadOnlySpan<float> Weights => _weights;

    internal ReadOnlySpan<float> Biases => _biases;

    internal ReadOnlySpan<float> Mean => _mean;

    internal ReadOnlySpan<float> Scale => _scale;

    /// <summary>
    /// Scores from 0 to 1 in the order of <see cref="ConceptIds"/>. The same embedding always gets the same scores.
    /// </summary>
    /// <exception cref="ArgumentException">A length does not fit, or the embedding holds a number that is not
    /// finite.</exception>
    public void Score(ReadOnlySpan<Half> embedding, Span<double> scores)
    {
        if (embedding.Length != Dimensions || scores.Length != ConceptIds.Count)
        {
            throw new ArgumentException(
                $"The classifier reads {Dimensions} numbers and gives {ConceptIds.Count}; it was handed "
                    + $"{embedding.Length} and room for {scores.Length}."
            );
        }

        var rented = ArrayPool<float>.Shared.Rent(Dimensions);
        try
        {
            var features = rented.AsSpan(0, Dimensions);
            EmbeddingTransform.Apply(embedding, features);
            for (var c = 0; c < scores.Length; c++)
            {
                scores[c] =
                    _foldedBiases[c] + FixedOrder.Dot(features, _foldedWeights.AsSpan(c * Dimensions, Dimensions));
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }

        Links.Apply(Link, scores);
    }

    /// <summary>The same head with each concept's linear output divided by a number of its own.</summary>
    /// <param name="divisors">One a concept, positive.</param>
    public ClassifierHead DividedBy(IReadOnlyList<double> divisors) =>
        new(
            Link,
            ConceptIds,
            [.. _weights.Select((weight, i) => (float)(weight / divisors[i / Dimensions]))],
            [.. _biases.Select((bias, concept) => (float)(bias / divisors[concept]))],
            _mean,
            _scale
        );

    public byte[] ToBytes() => ClassifierHeadFormat.Write(this);

    /// <exception cref="InvalidDataException">The bytes are not a whole, sound head.</exception>
    public static ClassifierHead FromBytes(ReadOnlySpan<byte> bytes) => ClassifierHeadFormat.Read(bytes);

    /// <summary>w·(x − m)/s + b = (w/s)·x + (b − (w/s)·m), so that scoring is one dot product a concept.</summary>
    private void Fold()
    {
        for (var c = 0; c < _biases.Length; c++)
        {
            var folded = _foldedWeights.AsSpan(c * Dimensions, Dimensions);
            TensorPrimitives.Divide(_weights.AsSpan(c * Dimensions, Dimensions), _scale, folded);
            double bias = _biases[c];
            for (var d = 0; d < Dimensions; d++)
            {
                bias -= (double)folded[d] * _mean[d];
            }

            _foldedBiases[c] = bias;
        }

        Require(TensorPrimitives.IsFiniteAll<float>(_foldedWeights), "a weight is too large for its scale");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new ArgumentException($"Not a classifier head: {otherwise}.");
        }
    }
}
