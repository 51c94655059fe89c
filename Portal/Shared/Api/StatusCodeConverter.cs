using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Portal.Core.Domain.Errors;

namespace Portal.Shared.Api;

/// <summary>Codes go out as integers and come in as integers or as names such as <c>ANNOTATION_SUCCESS</c>.</summary>
internal sealed class StatusCodeConverter : JsonConverter<StatusCode>
{
    private static readonly Dictionary<string, StatusCode> Names = Enum.GetValues<StatusCode>()
        .ToDictionary(
            code => JsonNamingPolicy.SnakeCaseUpper.ConvertName(code.ToString()),
            StringComparer.OrdinalIgnoreCase
        );

    /// <summary>Reads a code from a query string; annotation statuses may leave out their prefix.</summary>
    public static bool TryParse(string text, out StatusCode code)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            code = (StatusCode)number;
            return Enum.IsDefined(code);
        }
        return Names.TryGetValue(text, out code) || Names.TryGetValue("ANNOTATION_" + text, out code);
    }

    public override StatusCode Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String && TryParse(reader.GetString()!, out var named))
        {
            return named;
        }

        if (
            reader.TokenType == JsonTokenType.Number
            && reader.TryGetInt32(out var number)
            && Enum.IsDefined((StatusCode)number)
        )
        {
            return (StatusCode)number;
        }

        throw new ApiFormatException(
            "is no known status code. Give its number or its name, for example 24150 or \"ANNOTATION_SUCCESS\"."
        );
    }

    public override void Write(Utf8JsonWriter writer, StatusCode value, JsonSerializerOptions options) =>
        writer.WriteNumberValue((int)value);
}
