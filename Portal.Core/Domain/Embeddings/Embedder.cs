using Portal.Core.Engines.Embedding;

namespace Portal.Core.Domain.Embeddings;

/// <summary>
/// A frozen network as it was used: file hash, side and outputs. Embeddings of different embedders are never mixed.
/// </summary>
public sealed class Embedder
{
    public long Id { get; set; }

    /// <summary>The stable key of its identity: file hash, input side and outputs.</summary>
    public required string Key { get; set; }

    public int Dimensions { get; set; }

    /// <summary>
    /// What it takes to load it again, as JSON of <see cref="KeptNetwork"/>; null until a classifier is trained on its
    /// vectors.
    /// </summary>
    public string? Network { get; set; }

    /// <summary>
    /// The point around which <see cref="EmbeddingCode"/>s are made, single-precision numbers, little-endian; null
    /// until there are enough embeddings.
    /// </summary>
    public byte[]? CodeCentre { get; set; }

    public DateTime CreatedAt { get; set; }
}

/// <summary>
/// The embedder's vector of an input: half-precision numbers, little-endian. Scores are always computed from it, the
/// first time too.
/// </summary>
public sealed class InputEmbedding
{
    public long InputId { get; set; }
    public long EmbedderId { get; set; }
    public required byte[] Vector { get; set; }
}

/// <summary>
/// An embedding in a fourteenth of its bytes, for finding likely neighbours; made from it, and from it again at will.
/// </summary>
public sealed class EmbeddingCode
{
    public long InputId { get; set; }
    public long EmbedderId { get; set; }
    public required byte[] Code { get; set; }
}
