using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Portal.Shared.Api;

/// <summary>
/// JSON of a client's own making, such as metadata. A node is parsed no further than it is asked for, so that a name that stands twice, or half a
/// surrogate pair, would be found only deep in the portal: this asks for all of it at once.
/// </summary>
internal sealed class FreeJsonConverter<T> : JsonConverter<T>
    where T : JsonNode
{
    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var kind = typeof(T) == typeof(JsonObject) ? "a JSON object" : "a JSON list";
        if (reader.TokenType != (typeof(T) == typeof(JsonObject) ? JsonTokenType.StartObject : JsonTokenType.StartArray)) throw new ApiFormatException($"must be {kind}.");
        var node = JsonNode.Parse(ref reader);
        try
        {
            ReadAll(node);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            throw new ApiFormatException("holds a name twice, or text that is not valid Unicode. Give each name once, and write characters outside the basic plane as a pair.");
        }
        return (T?)node;
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => value.WriteTo(writer, options);

    private static void ReadAll(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject properties:
                foreach (var (_, value) in properties) ReadAll(value);
                break;
            case JsonArray items:
                foreach (var item in items) ReadAll(item);
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                value.GetValue<string>();
                break;
        }
    }
}
