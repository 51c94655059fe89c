using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Portal.Shared.Api;

/// <summary>
/// A picture in base64, with or without a <c>data:</c> prefix. What is no base64 comes out empty, and is refused later
/// as a picture without bytes, so that it costs its own item and not the whole batch.
/// </summary>
internal sealed class ImageBytesConverter : JsonConverter<byte[]>
{
    public override byte[]? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw new ApiFormatException("must be a string of base64.");
        }

        if (reader.TryGetBytesFromBase64(out var bytes))
        {
            return bytes;
        }

        var text = reader.GetString()!;
        if (text.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
        {
            text = text[(text.IndexOf(',', StringComparison.Ordinal) + 1)..];
        }

        return Base64.IsValid(text) ? Convert.FromBase64String(text) : [];
    }

    public override void Write(Utf8JsonWriter writer, byte[] value, JsonSerializerOptions options) =>
        writer.WriteBase64StringValue(value);
}
