namespace Portal.Core.Domain.Inputs;

/// <summary>Ranges of keys to read a set of inputs by, where most of what lies in a range is wanted.</summary>
internal static class KeyRanges
{
    private const int MostKeys = 16_384;
    private const int WidestGap = 256;

    /// <summary>
    /// Ranges that hold all keys of a set, ascending: none with a wide gap in it, none with very many keys.
    /// </summary>
    /// <returns>First and last key of each, both in the set.</returns>
    public static IEnumerable<(long From, long To)> Of(InputSet keys)
    {
        var (from, to, count) = (0L, 0L, 0);
        foreach (var key in keys.Ascending())
        {
            if (count > 0 && (key - to > WidestGap || count == MostKeys))
            {
                yield return (from, to);
                count = 0;
            }
            if (count++ == 0)
            {
                from = key;
            }

            to = key;
        }
        if (count > 0)
        {
            yield return (from, to);
        }
    }
}
