namespace Portal.Shared.Live;

/// <summary>What the browser of this circuit says of its reader.</summary>
public sealed class Reader
{
    /// <summary>The zone in which times are shown; UTC until the browser has said.</summary>
    public TimeZoneInfo Zone { get; private set; } = TimeZoneInfo.Utc;

    /// <param name="ianaName">Such as <c>Europe/Oslo</c>. A name this machine does not know leaves the zone as it
    /// is.</param>
    public void SetZone(string ianaName)
    {
        if (TimeZoneInfo.TryFindSystemTimeZoneById(ianaName, out var zone))
        {
            Zone = zone;
        }
    }
}
