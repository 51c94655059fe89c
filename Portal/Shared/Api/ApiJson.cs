using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Portal.Shared.Api;

/// <summary>The wire's JSON: snake_case, nulls left out, codes as integers.</summary>
internal static class ApiJson
{
    public static readonly JsonSerializerOptions Options = SetUp(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    /// <summary>Also sets up the options from which the API's description takes its schemas.</summary>
    public static JsonSerializerOptions SetUp(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.Converters.Add(new StatusCodeConverter());
        options.Converters.Add(new FreeJsonConverter<JsonObject>());
        options.Converters.Add(new FreeJsonConverter<JsonArray>());
        return options;
    }
}
