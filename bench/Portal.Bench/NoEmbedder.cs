using Portal.Core.Engines.Embedding;

namespace Portal.Bench;

/// <summary>
/// Stands in for an embedder whose vectors have another length, where vectors are made up in any case.
/// </summary>
/// <param name="dimensions">Length of a vector.</param>
internal sealed class NoEmbedder(int dimensions) : IImageEmbedder
{
    public EmbedderIdentity Identity { get; } = new("none", $"none-{dimensions}");

    public int Dimensions => dimensions;

    public int Side => 32;

    public void Embed(ReadOnlySpan<byte> rgb, int count, Span<Half> vectors) => throw new NotSupportedException();
}
