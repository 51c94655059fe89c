using Portal.Core.Domain.Inputs;

namespace Portal.Core.Services.Explorer;

/// <summary>
/// The inputs a filter matched, in its order, as they were when it was asked. Any place, any input's place and any
/// neighbour is found at once, however long the list.
/// </summary>
public sealed class InputList
{
    public static readonly InputList Empty = new(new InputSet(), oldestFirst: true);

    private readonly InputSet _set;
    private readonly bool _oldestFirst;

    // Inputs before each page, in ascending order of keys; the last one is the count.
    private readonly int[] _before;

    // The keys in order, where that is another order than that of keys; and the place of each.
    private readonly long[]? _ranked;
    private readonly Lazy<Dictionary<long, int>>? _places;

    /// <param name="set">Not changed any more by anybody.</param>
    internal InputList(InputSet set, bool oldestFirst)
    {
        (_set, _oldestFirst) = (set, oldestFirst);
        _before = new int[set.PageCount + 1];
        for (var i = 0; i < set.PageCount; i++)
        {
            _before[i + 1] = _before[i] + set.CountOfPage(i);
        }
    }

    /// <param name="ranked">All keys of <paramref name="set"/>, in the order wanted.</param>
    internal InputList(InputSet set, long[] ranked)
        : this(set, oldestFirst: true)
    {
        _ranked = ranked;
        _places = new Lazy<Dictionary<long, int>>(() =>
            ranked.Select((key, place) => (key, place)).ToDictionary(r => r.key, r => r.place)
        );
    }

    public int Count => _before[^1];

    /// <summary>The keys as a set, which the caller must not change.</summary>
    public InputSet Set => _set;

    public bool Contains(long key) => _set.Contains(key);

    /// <summary>
    /// Keys at the places <paramref name="from"/> to <paramref name="from"/> + <paramref name="count"/> − 1, fewer at
    /// the end.
    /// </summary>
    public IReadOnlyList<long> Keys(int from, int count)
    {
        (from, count) = (Math.Max(from, 0), Math.Min(count, Count - from));
        if (count <= 0)
        {
            return [];
        }

        if (_ranked is not null)
        {
            return _ranked.AsSpan(from, count).ToArray();
        }

        var first = _oldestFirst ? from : Count - from - count;
        var page = FirstPageAfter(first);
        var skip = first - _before[page];
        var keys = new List<long>();
        while (keys.Count < skip + count)
        {
            _set.CopyPage(page++, keys);
        }

        var found = keys.GetRange(skip, count);
        if (!_oldestFirst)
        {
            found.Reverse();
        }

        return found;
    }

    /// <summary>The place of an input, from 0; null where it is not in the list.</summary>
    public int? PlaceOf(long key)
    {
        if (!_set.Contains(key))
        {
            return null;
        }

        if (_places is not null)
        {
            return _places.Value[key];
        }

        var below = CountBelow(key);
        return _oldestFirst ? below : Count - 1 - below;
    }

    /// <summary>
    /// The inputs before and after one; where it is not in the list, those around the place it would have by its time.
    /// </summary>
    public (long? Previous, long? Next) Neighbours(long key)
    {
        int before,
            after;
        if (PlaceOf(key) is { } place)
        {
            (before, after) = (place - 1, place + 1);
        }
        else if (_ranked is not null)
        {
            return (null, null);
        }
        else
        {
            (before, after) = _oldestFirst
                ? (CountBelow(key) - 1, CountBelow(key))
                : (Count - CountBelow(key) - 1, Count - CountBelow(key));
        }

        return (before >= 0 ? Keys(before, 1)[0] : null, after < Count ? Keys(after, 1)[0] : null);
    }

    /// <summary>How many keys are smaller than one, which need not be in the list.</summary>
    public int CountBelow(long key)
    {
        var page = InputSet.PageOf(key);
        return page >= _set.PageCount ? Count : _before[page] + _set.CountInPageBelow(key);
    }

    // The page that holds the place, counted in ascending order.
    private int FirstPageAfter(int place)
    {
        var found = Array.BinarySearch(_before, place);
        if (found < 0)
        {
            return ~found - 1;
        }
        // Empty pages repeat a count; the last of equal ones holds the place.
        while (found + 1 < _before.Length && _before[found + 1] == place)
        {
            found++;
        }

        return found;
    }
}
