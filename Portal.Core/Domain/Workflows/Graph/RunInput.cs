using System.Text.Json.Nodes;

namespace Portal.Core.Domain.Workflows.Graph;

/// <summary>
/// The input a workflow runs on. The embedding is the stored half-precision vector, so that a rerun sees the same
/// numbers.
/// </summary>
/// <param name="Embedding">The current embedder's vector; empty where no node reads it.</param>
/// <param name="Media">Null for a picture that is no input.</param>
/// <param name="Past">Vectors of earlier embedders, by embedder, for classifiers that were trained on them.</param>
public sealed record RunInput(
    long InputId,
    string InputExternalId,
    ReadOnlyMemory<Half> Embedding,
    JsonObject? Metadata = null,
    InputMedia? Media = null,
    IReadOnlyDictionary<long, Half[]>? Past = null
)
{
    /// <summary>The vector of an embedder, which is the current one unless it is among <see cref="Past"/>.</summary>
    public ReadOnlySpan<Half> EmbeddingOf(long? embedderId) =>
        embedderId is { } id && Past is not null && Past.TryGetValue(id, out var vector) ? vector : Embedding.Span;
}
