using Portal.Core.Embeddings;
using Portal.Core.Errors;
using Portal.Core.Inputs;
using Portal.Shared.Api;

namespace Portal.Features.Inputs;

/// <summary>A picture's vector, and the input it belongs to where it is one.</summary>
internal sealed record Picture(string InputId, Half[] Vector, Input? Input);

/// <summary>Finds the vectors of pictures that a request asks about: the app's own inputs by id, others by address or in base64.</summary>
internal sealed class PictureSource(InputService inputs, EmbeddingStore embeddings, PictureEmbedder embedder, ImageSource images)
{
    public async Task<Picture> EmbedAsync(ApiScope scope, InputWire wanted, CancellationToken ct)
    {
        if (wanted.Data?.Image is { Url: null, Base64: null } or null && wanted.Data?.Video is null && !string.IsNullOrEmpty(wanted.Id))
        {
            var input = await inputs.GetAsync(scope.AppId, wanted.Id, ct);
            var stored = await embeddings.GetAsync(input, ct);
            return new Picture(input.ExternalId, stored, input);
        }
        await using var content = await images.OpenAsync(wanted.Data, ct);
        return new Picture(wanted.Id ?? "", await embedder.EmbedAsync(content, ct), null);
    }

    /// <summary>The input as an answer repeats it: without its bytes.</summary>
    public static InputWire Echo(InputWire wanted) => new()
    {
        Id = wanted.Id,
        Data = wanted.Data?.Image?.Url is { } url ? new DataWire { Image = new ImageWire { Url = url } } : null,
    };
}
