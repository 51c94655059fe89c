namespace Portal.Core.Engines.Embedding;

/// <summary>Turns pictures into vectors in which alike pictures lie close. Safe to use from several threads.</summary>
public interface IImageEmbedder
{
    /// <summary>What the vectors depend on; vectors of different identities are not comparable.</summary>
    EmbedderIdentity Identity { get; }

    /// <summary>Length of a vector.</summary>
    int Dimensions { get; }

    /// <summary>Width and height, in pixels, of the squares it takes.</summary>
    int Side { get; }

    /// <summary>What it takes to load it again; null for an embedder that comes from no file.</summary>
    EmbedderSource? Source => null;

    /// <summary>
    /// Embeds a batch. The vectors are rounded to half precision, which is what the portal stores and trains on. A
    /// picture's vector does not depend on its neighbours in the batch beyond the last bit.
    /// </summary>
    /// <param name="rgb">count × Side × Side × 3 bytes: sRGB, row by row, as the image decoder writes them.</param>
    /// <param name="count">Pictures in the batch, at least 1.</param>
    /// <param name="vectors">Receives count × Dimensions values.</param>
    void Embed(ReadOnlySpan<byte> rgb, int count, Span<Half> vectors);
}
