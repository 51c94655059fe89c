namespace Portal.Core.Embeddings;

public interface IImageEmbedder
{
    EmbedderIdentity Identity { get; }
    int Dimensions { get; }
    int Side { get; }
    void Embed(ReadOnlySpan<byte> rgb, int count, Span<Half> vectors);
}

public sealed record EmbedderIdentity(string Key);
