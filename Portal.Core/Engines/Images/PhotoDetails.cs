using System.Globalization;
using System.Text.RegularExpressions;

namespace Portal.Core.Engines.Images;

/// <summary>
/// What a camera wrote into a file about how the picture was taken. All of it is text from outside, as short as a line;
/// null where there is none.
/// </summary>
/// <param name="Camera">Maker and model.</param>
/// <param name="Taken">The camera's own clock, <c>2024-05-01 09:30:00</c>, in no stated zone.</param>
/// <param name="Exposure">Time, aperture, sensitivity and focal length, as far as they are known.</param>
/// <param name="Place">Latitude and longitude in degrees, with their letters.</param>
public sealed partial record PhotoDetails(string? Camera, string? Lens, string? Taken, string? Exposure, string? Place)
{
    private const int MaxLength = 120;

    public bool IsEmpty => this == new PhotoDetails(null, null, null, null, null);

    /// <param name="field">Text of a libvips metadata field, <c>RAW (SHOWN, TYPE, n components, n bytes)</c>, or
    /// null.</param>
    internal static PhotoDetails Of(Func<string, string?> field)
    {
        var (make, model) = (Shown("ifd0-Make"), Shown("ifd0-Model"));
        string?[] exposure =
        [
            Shown("ifd2-ExposureTime"),
            Shown("ifd2-FNumber"),
            Shown("ifd2-ISOSpeedRatings") is { } iso ? $"ISO {iso}" : null,
            Shown("ifd2-FocalLength"),
        ];
        var (latitude, longitude) = (Degrees("Latitude", 90), Degrees("Longitude", 180));
        return new PhotoDetails(
            // Many makers begin their models with their own name.
            make is not null
            && model is not null
            && !model.StartsWith(make, StringComparison.OrdinalIgnoreCase)
                ? $"{make} {model}"
                : model ?? make,
            Shown("ifd2-LensModel"),
            Shown("ifd2-DateTimeOriginal") is { } taken ? Day().Replace(taken, "$1-$2-$3") : null,
            exposure.Any(part => part is not null) ? string.Join(" · ", exposure.OfType<string>()) : null,
            latitude is not null && longitude is not null ? $"{latitude}, {longitude}" : null
        );

        string? Shown(string name) => Entry(name) is { } entry ? Clean(entry.Groups["shown"].Value) : null;

        Match? Entry(string name) =>
            field($"exif-{name}") is { } text && Written().Match(text) is { Success: true } match ? match : null;

        // Three rational numbers: degrees, minutes and seconds.
        string? Degrees(string axis, int most)
        {
            if (Entry($"ifd3-GPS{axis}") is not { } entry || Shown($"ifd3-GPS{axis}Ref") is not { Length: 1 } letter)
            {
                return null;
            }

            var parts = entry
                .Groups["raw"]
                .Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(Rational)
                .ToList();
            var degrees = parts.Count == 3 ? parts[0] + (parts[1] / 60) + (parts[2] / 3600) : double.NaN;
            return degrees >= 0 && degrees <= most
                ? string.Create(CultureInfo.InvariantCulture, $"{degrees:0.00000}° {letter}")
                : null;
        }
    }

    private static double Rational(string text) =>
        text.Split('/') is [var over, var under]
        && double.TryParse(over, NumberStyles.Integer, CultureInfo.InvariantCulture, out var a)
        && double.TryParse(under, NumberStyles.Integer, CultureInfo.InvariantCulture, out var b)
            ? a / b
            : double.NaN;

    /// <summary>One short line, or null where nothing is left to show.</summary>
    private static string? Clean(string text)
    {
        var line = new string([
            .. text.Where(c =>
                !char.IsControl(c) && c != '\uFFFD' && char.GetUnicodeCategory(c) != UnicodeCategory.Format
            ),
        ]).Trim();
        return line.Length == 0 ? null
            : line.Length <= MaxLength ? line
            : $"{line[..MaxLength]}…";
    }

    [GeneratedRegex(@"^(?<raw>.*?) \((?<shown>.*), [^,]+, \d+ components?, \d+ bytes?\)\s*\z", RegexOptions.Singleline)]
    private static partial Regex Written();

    [GeneratedRegex(@"^(\d{4}):(\d\d):(\d\d)")]
    private static partial Regex Day();
}
