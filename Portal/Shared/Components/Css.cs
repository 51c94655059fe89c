using System.Globalization;

namespace Portal.Shared.Components;

/// <summary>Numbers as style sheets want them, whatever the reader's culture writes.</summary>
public static class Css
{
    /// <param name="fraction">0 to 1; values outside are clamped, NaN counts as 0.</param>
    public static string Percent(double fraction) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(double.IsNaN(fraction) ? 0 : Math.Clamp(fraction, 0, 1)) * 100:0.###}%"
        );
}
