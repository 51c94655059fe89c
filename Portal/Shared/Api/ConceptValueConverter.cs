using System.Text.Json;
using System.Text.Json.Serialization;

namespace Portal.Shared.Api;

/// <summary>A concept's value: a number, or a boolean, which older clients send for 1 and 0.</summary>
internal sealed class ConceptValueConverter : JsonConverter<double?>
{
    public override double? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType switch
        {
            JsonTokenType.Null => null,
            JsonTokenType.True => 1,
            JsonTokenType.False => 0,
            JsonTokenType.Number when reader.TryGetDouble(out var number) => number,
            _ => throw new ApiFormatException("must be a number from 0 to 1, true or false."),
        };

    public override void Write(Utf8JsonWriter writer, double? value, JsonSerializerOptions options)
    {
        if (value is { } number)
        {
            writer.WriteNumberValue(number);
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
