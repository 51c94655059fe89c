using System.Globalization;
using Portal.Core.Domain.Errors;

namespace Portal.Shared.Api;

/// <summary>Reads query strings, refusing what they cannot mean with the parameter's name.</summary>
internal static class ApiQuery
{
    /// <summary>All values of a parameter that may be repeated or comma-separated.</summary>
    public static IReadOnlyList<string> List(this IQueryCollection query, string name) =>
        [
            .. query[name]
                .SelectMany(value =>
                    (value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                ),
        ];

    public static bool Flag(this IQueryCollection query, string name) =>
        (string?)query[name] switch
        {
            null or "" or "false" or "0" => false,
            "true" or "1" => true,
            _ => throw Invalid(name, "must be true or false"),
        };

    public static int Number(this IQueryCollection query, string name, int otherwise, int min, int max) =>
        (string?)query[name] switch
        {
            null or "" => otherwise,
            var text
                when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    && number >= min
                    && number <= max => number,
            _ => throw Invalid(name, $"must be a whole number from {min} to {max}"),
        };

    /// <summary>A number with a point, whatever the reader's culture.</summary>
    public static double Fraction(this IQueryCollection query, string name, double otherwise) =>
        (string?)query[name] switch
        {
            null or "" => otherwise,
            var text
                when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                    && number is >= 0 and <= 1 => number,
            _ => throw Invalid(name, "must be a number from 0 to 1"),
        };

    public static IReadOnlyList<StatusCode> Statuses(this IQueryCollection query, string name) =>
        [
            .. query
                .List(name)
                .Select(text =>
                    StatusCodeConverter.TryParse(text, out var code)
                        ? code
                        : throw Invalid(
                            name,
                            $"holds '{Text.Shown(text)}', which is no status. Give numbers or names, for example "
                                + $"24150 or ANNOTATION_SUCCESS"
                        )
                ),
        ];

    private static PortalException Invalid(string name, string what) =>
        new(StatusCode.InvalidRequest, $"The query parameter '{name}' {what}.", name);
}
