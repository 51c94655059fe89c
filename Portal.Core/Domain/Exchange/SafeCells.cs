namespace Portal.Core.Domain.Exchange;

/// <summary>
/// Keeps spreadsheets from taking a cell for a formula: one that begins with = + - @, a tab or a line break gets an
/// apostrophe in front. One that already looks like that gets one more, so that taking it away again gives back every
/// text.
/// </summary>
internal static class SafeCells
{
    public static string Guard(string cell) => IsRisky(cell) ? "'" + cell : cell;

    public static string Unguard(string cell) => cell.StartsWith('\'') && IsRisky(cell[1..]) ? cell[1..] : cell;

    private static bool IsRisky(string cell)
    {
        var bare = cell.TrimStart('\'');
        return bare.Length > 0 && bare[0] is ('=' or '+' or '-' or '@' or '\t' or '\r' or '\n');
    }
}
