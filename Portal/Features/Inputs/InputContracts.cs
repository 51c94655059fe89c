using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Portal.Core.Services.Inputs;
using Portal.Features.Concepts;
using Portal.Shared.Api;

namespace Portal.Features.Inputs;

internal sealed record InputWire
{
    public string? Id { get; init; }
    public DataWire? Data { get; init; }
    public ApiStatus? Status { get; init; }
    public DateTime? CreatedAt { get; init; }
    public DateTime? ModifiedAt { get; init; }

    /// <summary>What stands in an answer for an input that was refused.</summary>
    public static InputWire Failed(string? id, ApiStatus status) => new() { Id = id, Status = status };
}

/// <summary>What an input is, or what is said of it.</summary>
internal sealed record DataWire
{
    public ImageWire? Image { get; init; }

    /// <summary>A film, of which frames become inputs.</summary>
    public VideoWire? Video { get; init; }

    public IReadOnlyList<ConceptWire?>? Concepts { get; init; }
    public JsonObject? Metadata { get; init; }

    /// <summary>Asked for in searches only, and refused there.</summary>
    public JsonElement? Geo { get; init; }

    public IReadOnlyList<EmbeddingWire>? Embeddings { get; init; }
}

internal sealed record ImageWire
{
    public string? Url { get; init; }

    [JsonConverter(typeof(ImageBytesConverter))]
    public byte[]? Base64 { get; init; }

    public string? FileName { get; init; }
    public ImageInfoWire? ImageInfo { get; init; }
}

internal sealed record VideoWire
{
    public string? Url { get; init; }

    [JsonConverter(typeof(ImageBytesConverter))]
    public byte[]? Base64 { get; init; }

    public string? FileName { get; init; }

    /// <summary>Which frames become inputs: seconds between two, as in <c>"2.5"</c>, or <c>"scenes"</c>.</summary>
    public string? Frames { get; init; }
}

internal sealed record ImageInfoWire(int Width, int Height, string Format);

internal sealed record EmbeddingWire(IReadOnlyList<float> Vector, int NumDimensions);

internal sealed record InputsRequest
{
    public string? Action { get; init; }
    public IReadOnlyList<InputWire?>? Inputs { get; init; }
    public InputWire? Input { get; init; }
    public IReadOnlyList<string?>? Ids { get; init; }
    public bool? DeleteAll { get; init; }
}

internal sealed record InputsResponse(IReadOnlyList<InputWire> Inputs) : ApiResponse
{
    public string? NextPageToken { get; init; }
}

internal sealed record InputResponse(InputWire Input) : ApiResponse;

internal sealed record InputCountsResponse(InputStatusCounts Counts) : ApiResponse;
