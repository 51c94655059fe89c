using Portal.Core.Domain.Inputs;
using Portal.Core.Services.Embeddings;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Runs;
using Portal.Shared.Api;

namespace Portal.Features.Inputs;

/// <summary>A picture's vector, and the input it belongs to where it is one.</summary>
/// <param name="Past">Its vectors by the earlier embedders that were asked for.</param>
internal sealed record Picture(string InputId, Half[] Vector, Input? Input, IReadOnlyDictionary<long, Half[]> Past);

/// <summary>
/// Finds the vectors of pictures that a request asks about: the app's own inputs by id, others by address or in base64.
/// </summary>
internal sealed class PictureSource(
    InputService inputs,
    EmbeddingStore embeddings,
    PictureEmbedder embedder,
    ImageSource images
)
{
    public Task<Picture> EmbedAsync(ApiScope scope, InputDto wanted, CancellationToken ct) =>
        EmbedAsync(scope, wanted, [], ct);

    /// <param name="past">Earlier embedders whose vectors are wanted, too. An input of the app that has stored ones
    /// needs none of the current embedder.</param>
    public async Task<Picture> EmbedAsync(
        ApiScope scope,
        InputDto wanted,
        IReadOnlyList<PastEmbedderUse> past,
        CancellationToken ct
    )
    {
        if (
            wanted.Data?.Image is { Url: null, Base64: null } or null
            && wanted.Data?.Video is null
            && !string.IsNullOrEmpty(wanted.Id)
        )
        {
            var input = await inputs.GetAsync(scope.AppId, wanted.Id, ct);
            var stored = new Dictionary<long, Half[]>();
            foreach (var use in past)
            {
                stored[use.EmbedderId] =
                    await embeddings.LoadAsync(input.Id, use.EmbedderId, ct)
                    ?? throw embeddings.Missing(input, use.EmbedderName);
            }

            return new Picture(
                input.ExternalId,
                past.Count > 0 ? [] : await embeddings.GetAsync(input, ct),
                input,
                stored
            );
        }
        await using var content = await images.OpenAsync(wanted.Data, ct);
        var (vector, ofPast) = await embedder.EmbedAsync(content, past, ct);
        return new Picture(wanted.Id ?? "", vector, null, ofPast);
    }

    /// <summary>The input as an answer repeats it: without its bytes.</summary>
    public static InputDto Echo(InputDto wanted) =>
        new()
        {
            Id = wanted.Id,
            Data = wanted.Data?.Image?.Url is { } url ? new DataDto { Image = new ImageDto { Url = url } } : null,
        };
}
