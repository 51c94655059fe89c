namespace Portal.Core.Services.Embeddings;

/// <summary>A model version in a workflow that was trained on an earlier embedder's vectors.</summary>
/// <param name="EmbedderName">For people.</param>
public sealed record PastEmbedderUse(
    long EmbedderId,
    string EmbedderName,
    long ModelId,
    string ModelName,
    int VersionNumber
);
