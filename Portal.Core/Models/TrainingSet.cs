namespace Portal.Core.Models;

/// <summary>Labelled embeddings.</summary>
/// <param name="Embeddings">Count × Dimensions, row by row.</param>
/// <param name="Labels">Count × concepts, row by row: 1 present, 0 absent, -1 unknown.</param>
public sealed record TrainingSet(int Count, int Dimensions, ReadOnlyMemory<Half> Embeddings, IReadOnlyList<long> ConceptIds, sbyte[] Labels);
