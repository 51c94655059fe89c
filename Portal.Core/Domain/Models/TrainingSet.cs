namespace Portal.Core.Domain.Models;

/// <summary>Labelled embeddings. Immutable by convention: the arrays are not copied.</summary>
/// <exception cref="ArgumentException">The sizes do not fit together, or a label is not -1, 0 or 1.</exception>
public sealed record TrainingSet
{
    /// <param name="embeddings">Count × Dimensions, row by row.</param>
    /// <param name="labels">Count × concepts, row by row: 1 present, 0 absent, -1 unknown.</param>
    public TrainingSet(
        int count,
        int dimensions,
        ReadOnlyMemory<Half> embeddings,
        IReadOnlyList<long> conceptIds,
        sbyte[] labels
    )
    {
        if ((long)count * dimensions != embeddings.Length || (long)count * conceptIds.Count != labels.Length)
        {
            throw new ArgumentException(
                $"{count} rows of {dimensions} numbers and {conceptIds.Count} labels were announced; "
                    + $"{embeddings.Length} and {labels.Length} came."
            );
        }

        if (labels.Any(label => label is < -1 or > 1))
        {
            throw new ArgumentException("A label is 1 (present), 0 (absent) or -1 (unknown).", nameof(labels));
        }

        (Count, Dimensions, Embeddings, ConceptIds, Labels) = (count, dimensions, embeddings, conceptIds, labels);
    }

    public int Count { get; }

    public int Dimensions { get; }

    public ReadOnlyMemory<Half> Embeddings { get; }

    public IReadOnlyList<long> ConceptIds { get; }

    public sbyte[] Labels { get; }

    public ReadOnlySpan<Half> Embedding(int row) => Embeddings.Span.Slice(row * Dimensions, Dimensions);

    public ReadOnlySpan<sbyte> LabelsOf(int row) => Labels.AsSpan(row * ConceptIds.Count, ConceptIds.Count);

    /// <summary>The set with these rows only, in this order.</summary>
    public TrainingSet Select(IReadOnlyList<int> rows)
    {
        var embeddings = new Half[(long)rows.Count * Dimensions];
        var labels = new sbyte[rows.Count * ConceptIds.Count];
        for (var i = 0; i < rows.Count; i++)
        {
            Embedding(rows[i]).CopyTo(embeddings.AsSpan(i * Dimensions));
            LabelsOf(rows[i]).CopyTo(labels.AsSpan(i * ConceptIds.Count));
        }

        return new TrainingSet(rows.Count, Dimensions, embeddings, ConceptIds, labels);
    }
}
