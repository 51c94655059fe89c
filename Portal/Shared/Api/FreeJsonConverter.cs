using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Portal.Core.Domain.Errors;

namespace Portal.Shared.Api;

/// <summary>Reads JSON of a client's own making, and refuses at once what could not be kept.</summary>
internal sealed class FreeJsonConverter<T> : JsonConverter<T>
    where T : JsonNode
{
    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var isObject = typeof(T) == typeof(JsonObject);
        if (reader.TokenType != (isObject ? JsonTokenType.StartObject : JsonTokenType.StartArray))
        {
            throw new ApiFormatException(isObject ? "must be a JSON object." : "must be a JSON list.");
        }

        var node = JsonNode.Parse(ref reader);
        return FreeJson.WhyRefused(node) is { } reason ? throw new ApiFormatException(reason) : (T?)node;
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        value.WriteTo(writer, options);
}
