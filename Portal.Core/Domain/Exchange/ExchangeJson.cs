using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Portal.Core.Domain.Errors;

namespace Portal.Core.Domain.Exchange;

/// <summary>JSON as exports write it: snake_case, nothing that is null, text as it is.</summary>
internal static class ExchangeJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    public static readonly JsonSerializerOptions Indented = new(Options) { WriteIndented = true, NewLine = "\n" };

    public static readonly JsonWriterOptions Writer = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NewLine = "\n",
    };

    /// <summary>Bytes a writer may hold before they are sent on.</summary>
    private const int FlushAt = 64 * 1024;

    public static Task FlushWhenFullAsync(this Utf8JsonWriter writer, CancellationToken ct) =>
        writer.BytesPending < FlushAt ? Task.CompletedTask : writer.FlushAsync(ct);

    /// <summary>The text of a property, of a number too; null where there is none.</summary>
    public static string? Text(this JsonElement element, string property)
    {
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(property, out var value))
        {
            return null;
        }

        return value.ValueKind switch
        {
            JsonValueKind.String => value.Words(),
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        };
    }

    /// <summary>What a string says.</summary>
    /// <exception cref="PortalException">It holds half of a surrogate pair.</exception>
    public static string Words(this JsonElement text)
    {
        try
        {
            return text.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new PortalException(
                StatusCode.InvalidRequest,
                $"The text {Errors.Text.Shown(text.GetRawText())} in the file is not valid Unicode: half of a "
                    + $"surrogate pair. Write the file again as UTF-8.",
                inner: e
            );
        }
    }

    /// <summary>The number of a property, or null.</summary>
    public static double? Number(this JsonElement element, string property) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(property, out var value)
        && value.ValueKind == JsonValueKind.Number
            ? value.GetDouble()
            : null;

    /// <summary>The elements of an array property; none where it is missing or of another kind.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, string property) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(property, out var value)
        && value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray()
            : [];

    /// <summary>An object property, or an undefined element.</summary>
    public static JsonElement Member(this JsonElement element, string property) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(property, out var value) ? value : default;
}
