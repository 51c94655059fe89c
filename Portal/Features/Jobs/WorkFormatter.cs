using System.Globalization;

namespace Portal.Features.Jobs;

/// <summary>Rates and lengths of work, as people say them.</summary>
public static class WorkFormatter
{
    public static string Length(TimeSpan time) =>
        time switch
        {
            { TotalSeconds: < 1 } => "under 1 s",
            { TotalSeconds: < 90 } => string.Create(CultureInfo.CurrentCulture, $"{time.TotalSeconds:0} s"),
            { TotalMinutes: < 90 } => string.Create(CultureInfo.CurrentCulture, $"{time.TotalMinutes:0} min"),
            { TotalHours: < 36 } => string.Create(CultureInfo.CurrentCulture, $"{time.TotalHours:0.#} h"),
            _ => string.Create(CultureInfo.CurrentCulture, $"{time.TotalDays:0} days"),
        };

    /// <summary>A slow rate is said by the minute: "0 a second" would be no news.</summary>
    public static string Rate(double perSecond) =>
        perSecond switch
        {
            0 => "none",
            < 0.95 => string.Create(CultureInfo.CurrentCulture, $"{Math.Max(1, perSecond * 60):0} a minute"),
            < 10 => string.Create(CultureInfo.CurrentCulture, $"{perSecond:0.#} a second"),
            _ => string.Create(CultureInfo.CurrentCulture, $"{perSecond:N0} a second"),
        };

    /// <returns>Null where nothing is known of how long it takes.</returns>
    public static string? Left(int open, double perSecond) =>
        open > 0 && perSecond > 0 ? Length(TimeSpan.FromSeconds(open / perSecond)) : null;
}
