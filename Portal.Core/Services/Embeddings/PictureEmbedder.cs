using Microsoft.Extensions.Options;
using Portal.Core.Data.Files;
using Portal.Core.Domain.Errors;
using Portal.Core.Engines.Images;
using Portal.Core.Services.Runs;

namespace Portal.Core.Services.Embeddings;

/// <summary>
/// Embeds pictures that are no inputs: to predict on, to search by, to try a workflow with. Nothing of them is kept.
/// </summary>
public sealed class PictureEmbedder(
    BlobStore blobs,
    IImageDecoder decoder,
    EmbeddingStore embeddings,
    PastEmbedders pastEmbedders,
    IOptions<ImageLimits> limits
)
{
    /// <exception cref="PortalException">The picture is refused, as it would be as an input.</exception>
    public async Task<Half[]> EmbedAsync(Stream content, CancellationToken ct) =>
        (await EmbedAsync(content, [], ct)).Vector;

    /// <summary>
    /// As <see cref="EmbedAsync(Stream, CancellationToken)"/>, with the vectors of earlier embedders that model
    /// versions read, too.
    /// </summary>
    /// <exception cref="PortalException">The picture is refused, or such an embedder's network is gone.</exception>
    public async Task<(Half[] Vector, IReadOnlyDictionary<long, Half[]> Past)> EmbedAsync(
        Stream content,
        IReadOnlyList<PastEmbedderUse> past,
        CancellationToken ct
    )
    {
        var vectors = new Dictionary<long, Half[]>();
        var picture = await blobs.ReceiveAsync(content, limits.Value.Size, ct);
        try
        {
            return await Task.Run(
                async () =>
                {
                    decoder.ReadHeader(picture.Path);
                    foreach (var needed in past.DistinctBy(p => p.EmbedderId))
                    {
                        var (use, whyGone) = await pastEmbedders.UseAsync(needed.EmbedderId, ct);
                        using var opened =
                            use
                            ?? throw new PortalException(
                                StatusCode.ModelUntrained,
                                $"Version {needed.VersionNumber} of the model {needed.ModelName} reads vectors of "
                                    + $"{needed.EmbedderName}, and {whyGone}. Train the model again."
                            );
                        vectors[needed.EmbedderId] = await embeddings.EmbedAsync(picture.Path, opened.Embedder, ct);
                    }
                    return (await embeddings.EmbedAsync(picture.Path, ct), vectors);
                },
                ct
            );
        }
        finally
        {
            BlobStore.Discard(picture);
        }
    }
}
