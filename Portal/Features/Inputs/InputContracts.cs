using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Portal.Core.Services.Inputs;
using Portal.Features.Concepts;
using Portal.Shared.Api;

namespace Portal.Features.Inputs;

internal sealed record InputDto
{
    public string? Id { get; init; }
    public DataDto? Data { get; init; }
    public ApiStatus? Status { get; init; }
    public DateTime? CreatedAt { get; init; }
    public DateTime? ModifiedAt { get; init; }

    /// <summary>What stands in an answer for an input that was refused.</summary>
    public static InputDto Failed(string? id, ApiStatus status) => new() { Id = id, Status = status };
}

/// <summary>What an input is, or what is said of it.</summary>
internal sealed record DataDto
{
    public ImageDto? Image { get; init; }

    /// <summary>A video, of which frames become inputs.</summary>
    public VideoDataDto? Video { get; init; }

    public IReadOnlyList<ConceptDto?>? Concepts { get; init; }
    public JsonObject? Metadata { get; init; }

    /// <summary>Asked for in searches only, and refused there.</summary>
    public JsonElement? Geo { get; init; }

    public IReadOnlyList<EmbeddingDto>? Embeddings { get; init; }
}

internal sealed record ImageDto
{
    public string? Url { get; init; }

    [JsonConverter(typeof(ImageBytesConverter))]
    public byte[]? Base64 { get; init; }

    public string? FileName { get; init; }
    public ImageInfoDto? ImageInfo { get; init; }
}

internal sealed record VideoDataDto
{
    public string? Url { get; init; }

    [JsonConverter(typeof(ImageBytesConverter))]
    public byte[]? Base64 { get; init; }

    public string? FileName { get; init; }

    /// <summary>Which frames become inputs: seconds between two, as in <c>"2.5"</c>, or <c>"scenes"</c>.</summary>
    public string? Frames { get; init; }
}

internal sealed record ImageInfoDto(int Width, int Height, string Format);

internal sealed record EmbeddingDto(IReadOnlyList<float> Vector, int NumDimensions);

internal sealed record InputsRequest
{
    public string? Action { get; init; }
    public IReadOnlyList<InputDto?>? Inputs { get; init; }
    public InputDto? Input { get; init; }
    public IReadOnlyList<string?>? Ids { get; init; }
    public bool? DeleteAll { get; init; }
}

internal sealed record InputsResponse(IReadOnlyList<InputDto> Inputs) : ApiResponse
{
    public string? NextPageToken { get; init; }
}

internal sealed record InputResponse(InputDto Input) : ApiResponse;

internal sealed record InputCountsResponse(InputStatusCounts Counts) : ApiResponse;
