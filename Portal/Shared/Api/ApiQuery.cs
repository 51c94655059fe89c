using System.Globalization;
using Microsoft.OpenApi;
using Portal.Core.Domain.Errors;

namespace Portal.Shared.Api;

/// <summary>
/// The kinds of fields a query string can have. What a field cannot mean is refused with its name.
/// </summary>
internal static class ApiQuery
{
    /// <summary>
    /// The only fields of the query string that the endpoint can read, and that its description lists.
    /// </summary>
    public static TBuilder Takes<TBuilder>(this TBuilder endpoint, params QueryField[] fields)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata([.. fields]);

    public static QueryField<string?> Value(string name, string description) =>
        new(name, description, () => new OpenApiSchema { Type = JsonSchemaType.String }, text => text);

    /// <summary>All values of a field that may be repeated or comma-separated.</summary>
    public static QueryField<IReadOnlyList<string>> List(string name, string description) =>
        new(
            name,
            description,
            () =>
                new OpenApiSchema
                {
                    Type = JsonSchemaType.Array,
                    Items = new OpenApiSchema { Type = JsonSchemaType.String },
                },
            Split
        );

    public static QueryField<bool> Flag(string name, string description) =>
        new(
            name,
            description,
            () => new OpenApiSchema { Type = JsonSchemaType.Boolean, Default = false },
            text =>
                text switch
                {
                    null or "" or "false" or "0" => false,
                    "true" or "1" => true,
                    _ => throw Invalid(name, "must be true or false"),
                }
        );

    public static QueryField<int> Number(string name, string description, int otherwise, int min, int max) =>
        new(
            name,
            description,
            () =>
                new OpenApiSchema
                {
                    Type = JsonSchemaType.Integer,
                    Format = "int32",
                    Minimum = min.ToString(CultureInfo.InvariantCulture),
                    Maximum = max.ToString(CultureInfo.InvariantCulture),
                    Default = otherwise,
                },
            text =>
                text switch
                {
                    null or "" => otherwise,
                    _ when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                            && number >= min
                            && number <= max => number,
                    _ => throw Invalid(name, $"must be a whole number from {min} to {max}"),
                }
        );

    /// <summary>A number with a point, whatever the reader's culture.</summary>
    public static QueryField<double> Fraction(string name, string description, double otherwise) =>
        new(
            name,
            description,
            () =>
                new OpenApiSchema
                {
                    Type = JsonSchemaType.Number,
                    Format = "double",
                    Minimum = "0",
                    Maximum = "1",
                    Default = otherwise,
                },
            text =>
                text switch
                {
                    null or "" => otherwise,
                    _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                            && number is >= 0 and <= 1 => number,
                    _ => throw Invalid(name, "must be a number from 0 to 1"),
                }
        );

    public static QueryField<IReadOnlyList<StatusCode>> Statuses(string name, string description) =>
        new(
            name,
            description,
            () =>
                new OpenApiSchema
                {
                    Type = JsonSchemaType.Array,
                    Items = new OpenApiSchema { Type = JsonSchemaType.Integer | JsonSchemaType.String },
                },
            text =>
                [
                    .. Split(text)
                        .Select(status =>
                            StatusCodeConverter.TryParse(status, out var code)
                                ? code
                                : throw Invalid(
                                    name,
                                    $"holds '{Text.Shown(status)}', which is no status. Give numbers or names, for "
                                        + $"example 24150 or ANNOTATION_SUCCESS"
                                )
                        ),
                ]
        );

    // A field that is repeated arrives with commas between its values.
    private static string[] Split(string? text) =>
        (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static PortalException Invalid(string name, string what) =>
        new(StatusCode.InvalidRequest, $"The query parameter '{name}' {what}.", name);
}
