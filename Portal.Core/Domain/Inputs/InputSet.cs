using System.Globalization;
using System.Numerics;
using System.Text;

namespace Portal.Core.Domain.Inputs;

/// <summary>
/// A set of inputs by key, one bit each, in pages of 1,024 of which empty ones take no room. A million inputs take 125
/// kB; union, intersection and counting go 64 inputs at a time. Not safe for changes from two threads.
/// </summary>
public sealed class InputSet
{
    private const int PageBits = 10;
    private const int Words = 1 << (PageBits - 6);
    private ulong[]?[] _pages = [];

    public InputSet() { }

    public InputSet(IEnumerable<long> keys)
    {
        foreach (var key in keys)
        {
            Add(key);
        }
    }

    public int Count
    {
        get
        {
            var count = 0;
            foreach (var page in _pages)
            {
                if (page is not null)
                {
                    count += CountOf(page);
                }
            }
            return count;
        }
    }

    public bool IsEmpty => Array.TrueForAll(_pages, page => page is null || Array.TrueForAll(page, word => word == 0));

    internal int PageCount => _pages.Length;

    public bool Contains(long key) =>
        key >= 0
        && key >> PageBits < _pages.Length
        && _pages[key >> PageBits] is { } page
        && (page[WordOf(key)] >> (int)(key & 63) & 1) != 0;

    public void Add(long key)
    {
        var place = (int)(key >> PageBits);
        if (place >= _pages.Length)
        {
            Array.Resize(ref _pages, Math.Max(place + 1, _pages.Length + _pages.Length / 2));
        }

        (_pages[place] ??= new ulong[Words])[WordOf(key)] |= 1UL << (int)(key & 63);
    }

    /// <summary>
    /// Makes room for keys up to one. Two threads may then add to it, as long as each keeps to other pages of 1,024
    /// keys.
    /// </summary>
    internal void Reserve(long last)
    {
        if (last >> PageBits >= _pages.Length)
        {
            Array.Resize(ref _pages, (int)(last >> PageBits) + 1);
        }
    }

    public void Remove(long key)
    {
        var place = (int)(key >> PageBits);
        if (place < _pages.Length && _pages[place] is { } page)
        {
            page[WordOf(key)] &= ~(1UL << (int)(key & 63));
        }
    }

    public InputSet Clone() => new() { _pages = Array.ConvertAll(_pages, page => (ulong[]?)page?.Clone()) };

    public void UnionWith(InputSet other)
    {
        if (other._pages.Length > _pages.Length)
        {
            Array.Resize(ref _pages, other._pages.Length);
        }

        for (var i = 0; i < other._pages.Length; i++)
        {
            if (other._pages[i] is not { } theirs)
            {
                continue;
            }

            if (_pages[i] is not { } mine)
            {
                _pages[i] = (ulong[])theirs.Clone();
            }
            else
            {
                for (var w = 0; w < Words; w++)
                {
                    mine[w] |= theirs[w];
                }
            }
        }
    }

    public void IntersectWith(InputSet other)
    {
        for (var i = 0; i < _pages.Length; i++)
        {
            if (_pages[i] is not { } mine)
            {
                continue;
            }

            if (other.PageAt(i) is not { } theirs)
            {
                _pages[i] = null;
            }
            else
            {
                for (var w = 0; w < Words; w++)
                {
                    mine[w] &= theirs[w];
                }
            }
        }
    }

    public void ExceptWith(InputSet other)
    {
        for (var i = 0; i < _pages.Length; i++)
        {
            if (_pages[i] is not { } mine || other.PageAt(i) is not { } theirs)
            {
                continue;
            }

            for (var w = 0; w < Words; w++)
            {
                mine[w] &= ~theirs[w];
            }
        }
    }

    /// <summary>How many are in both, without making the intersection.</summary>
    public int CountCommon(InputSet other)
    {
        var count = 0;
        for (var i = 0; i < _pages.Length; i++)
        {
            if (_pages[i] is not { } mine || other.PageAt(i) is not { } theirs)
            {
                continue;
            }

            for (var w = 0; w < Words; w++)
            {
                count += BitOperations.PopCount(mine[w] & theirs[w]);
            }
        }
        return count;
    }

    /// <summary>Keys in ascending order.</summary>
    public IEnumerable<long> Ascending()
    {
        for (var i = 0; i < _pages.Length; i++)
        {
            if (_pages[i] is not { } page)
            {
                continue;
            }

            for (var w = 0; w < Words; w++)
            {
                for (var word = page[w]; word != 0; word &= word - 1)
                {
                    yield return ((long)i << PageBits) + (w << 6) + BitOperations.TrailingZeroCount(word);
                }
            }
        }
    }

    /// <summary>The set as text: keys and runs of keys, as in <c>3,8-12</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        long first = -1,
            last = -2;
        foreach (var key in Ascending())
        {
            if (key != last + 1)
            {
                Flush();
                first = key;
            }
            last = key;
        }
        Flush();
        return text.ToString();

        void Flush()
        {
            if (first < 0)
            {
                return;
            }

            if (text.Length > 0)
            {
                text.Append(',');
            }

            text.Append(CultureInfo.InvariantCulture, $"{first}");
            if (last > first)
            {
                text.Append(CultureInfo.InvariantCulture, $"-{last}");
            }
        }
    }

    /// <param name="text">What <see cref="ToString"/> gave.</param>
    public static InputSet Parse(string text)
    {
        var set = new InputSet();
        foreach (var run in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = run.Split('-');
            var last = long.Parse(ends[^1], CultureInfo.InvariantCulture);
            for (var key = long.Parse(ends[0], CultureInfo.InvariantCulture); key <= last; key++)
            {
                set.Add(key);
            }
        }
        return set;
    }

    /// <summary>Keys of one page, ascending, appended to a list.</summary>
    internal void CopyPage(int place, List<long> keys)
    {
        if (PageAt(place) is not { } page)
        {
            return;
        }

        for (var w = 0; w < Words; w++)
        {
            for (var word = page[w]; word != 0; word &= word - 1)
            {
                keys.Add(((long)place << PageBits) + (w << 6) + BitOperations.TrailingZeroCount(word));
            }
        }
    }

    internal int CountOfPage(int place) => PageAt(place) is { } page ? CountOf(page) : 0;

    internal static int PageOf(long key) => (int)(key >> PageBits);

    /// <summary>How many keys of its page are smaller than <paramref name="key"/>.</summary>
    internal int CountInPageBelow(long key)
    {
        if (PageAt(PageOf(key)) is not { } page)
        {
            return 0;
        }

        var count = BitOperations.PopCount(page[WordOf(key)] & ((1UL << (int)(key & 63)) - 1));
        for (var w = 0; w < WordOf(key); w++)
        {
            count += BitOperations.PopCount(page[w]);
        }

        return count;
    }

    private ulong[]? PageAt(int place) => place < _pages.Length ? _pages[place] : null;

    private static int WordOf(long key) => (int)(key >> 6) & (Words - 1);

    private static int CountOf(ulong[] page)
    {
        var count = 0;
        foreach (var word in page)
        {
            count += BitOperations.PopCount(word);
        }

        return count;
    }
}
