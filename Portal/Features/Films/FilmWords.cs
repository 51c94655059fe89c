namespace Portal.Features.Films;

/// <summary>Times of films, for people.</summary>
internal static class FilmWords
{
    /// <summary>Minutes and seconds, as in <c>1:05</c>, with tenths where there are any: <c>1:05.5</c>.</summary>
    public static string Time(int ms)
    {
        var tenths = ms / 100;
        var text = FormattableString.Invariant($"{tenths / 600}:{tenths / 10 % 60:00}");
        return tenths % 10 == 0 ? text : FormattableString.Invariant($"{text}.{tenths % 10}");
    }
}
