using System.Text.Json.Serialization;

namespace Portal.Shared.Api;

/// <summary>Every answer begins with its status; what stands beside it depends on the endpoint.</summary>
internal record ApiResponse
{
    [JsonPropertyOrder(-1)]
    public ApiStatus Status { get; init; } = ApiStatus.Ok;
}
