using System.Numerics;

namespace Portal.Core.Services.Explorer;

/// <summary>
/// A score for each of some inputs, by key, in pages of 1,024: a bit an input says which have one, and their scores lie
/// beside each other. Four bytes a score, and read in order. Not safe for changes from two threads.
/// </summary>
internal sealed class ScoreSet
{
    private const int PageBits = 10;
    private Page?[] _pages = [];

    /// <summary>The score of an input; −1 where it has none.</summary>
    public float Of(long key)
    {
        var place = key >> PageBits;
        return place < _pages.Length && _pages[place] is { } page && page.Has(key)
            ? page.Scores[page.PlaceOf(key)]
            : -1;
    }

    /// <summary>Gives an input a score, unless it has a higher one.</summary>
    /// <param name="score">Not negative.</param>
    public void Raise(long key, float score)
    {
        var place = (int)(key >> PageBits);
        if (place >= _pages.Length)
        {
            Array.Resize(ref _pages, Math.Max(place + 1, _pages.Length + _pages.Length / 2));
        }

        var page = _pages[place] ??= new Page();
        var at = page.PlaceOf(key);
        if (!page.Has(key))
        {
            page.Insert(key, at, score);
        }
        else if (page.Scores[at] < score)
        {
            page.Scores[at] = score;
        }
    }

    public void Remove(long key)
    {
        var place = key >> PageBits;
        if (place < _pages.Length && _pages[place] is { } page && page.Has(key))
        {
            page.Remove(key);
        }
    }

    /// <summary>All that have a score, by key.</summary>
    public IEnumerable<(long Key, float Score)> All()
    {
        for (var place = 0; place < _pages.Length; place++)
        {
            if (_pages[place] is not { } page)
            {
                continue;
            }

            var at = 0;
            for (var w = 0; w < page.Words.Length; w++)
            {
                for (var word = page.Words[w]; word != 0; word &= word - 1)
                {
                    yield return (
                        ((long)place << PageBits) + (w << 6) + BitOperations.TrailingZeroCount(word),
                        page.Scores[at++]
                    );
                }
            }
        }
    }

    private sealed class Page
    {
        private int _count;

        public ulong[] Words { get; } = new ulong[1 << (PageBits - 6)];

        /// <summary>Scores of the inputs whose bits are set, in their order; the rest is room.</summary>
        public float[] Scores { get; private set; } = new float[8];

        public bool Has(long key) => (Words[WordOf(key)] >> (int)(key & 63) & 1) != 0;

        public int PlaceOf(long key)
        {
            var place = BitOperations.PopCount(Words[WordOf(key)] & ((1UL << (int)(key & 63)) - 1));
            for (var w = 0; w < WordOf(key); w++)
            {
                place += BitOperations.PopCount(Words[w]);
            }

            return place;
        }

        public void Insert(long key, int at, float score)
        {
            if (_count == Scores.Length)
            {
                var wider = new float[Math.Min(Scores.Length * 2, 1 << PageBits)];
                Scores.CopyTo(wider, 0);
                Scores = wider;
            }
            Array.Copy(Scores, at, Scores, at + 1, _count - at);
            Scores[at] = score;
            Words[WordOf(key)] |= 1UL << (int)(key & 63);
            _count++;
        }

        public void Remove(long key)
        {
            var at = PlaceOf(key);
            _count--;
            Array.Copy(Scores, at + 1, Scores, at, _count - at);
            Words[WordOf(key)] &= ~(1UL << (int)(key & 63));
        }

        private static int WordOf(long key) => (int)(key >> 6) & ((1 << (PageBits - 6)) - 1);
    }
}
