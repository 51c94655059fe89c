using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Portal.Shared.Api;

/// <summary>The wire's JSON: snake_case, nulls left out, codes as integers.</summary>
internal static class ApiJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters =
        {
            new StatusCodeConverter(),
            new FreeJsonConverter<JsonObject>(),
            new FreeJsonConverter<JsonArray>(),
        },
    };
}
