using System.Text.Json.Serialization;

namespace Portal.Shared.Api;

/// <summary>Every answer begins with its status. What an endpoint answers beside it is a record of its own.</summary>
internal record ApiResponse
{
    [JsonPropertyOrder(-1)]
    public ApiStatus Status { get; init; } = ApiStatus.Ok;
}
