using Microsoft.Extensions.Options;
using Portal.Core.Imaging;
using Portal.Core.Storage;

namespace Portal.Core.Embeddings;

/// <summary>Embeds pictures that are no inputs: to predict on, to search by, to try a workflow with. Nothing of them is kept.</summary>
public sealed class PictureEmbedder(BlobStore blobs, IImageDecoder decoder, EmbeddingStore embeddings, IOptions<ImageLimits> limits)
{
    /// <exception cref="Errors.PortalException">The picture is refused, as it would be as an input.</exception>
    public async Task<Half[]> EmbedAsync(Stream content, CancellationToken ct)
    {
        var picture = await blobs.ReceiveAsync(content, limits.Value.Size, ct);
        try
        {
            return await Task.Run(() =>
            {
                decoder.ReadHeader(picture.Path);
                return embeddings.EmbedAsync(picture.Path, ct);
            }, ct);
        }
        finally
        {
            BlobStore.Discard(picture);
        }
    }
}
