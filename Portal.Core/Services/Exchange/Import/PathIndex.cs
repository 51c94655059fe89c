using System.Buffers.Binary;
using System.Collections;
using System.Text;

namespace Portal.Core.Services.Exchange.Import;

/// <summary>
/// The paths of an import, found by path and by name, in about twenty bytes a path beside its own. They stand as UTF-8
/// in large blocks, and a string is made only of what is asked for. Each has a number, from 0 in the order of adding;
/// once <see cref="Seal"/> has been called the others have a place each, in the order of their bytes. A path holds no
/// zero byte.
/// </summary>
internal sealed class PathIndex : IReadOnlyCollection<string>
{
    private const int BlockLength = 1 << 20;
    private readonly List<byte[]> _blocks = [];
    private readonly List<int> _starts = [];
    private readonly List<ushort> _lengths = [];
    private int _used = BlockLength;

    /// <summary>Numbers, by path.</summary>
    private int[] _byPath = [];

    /// <summary>Places, by name.</summary>
    private int[] _byName = [];

    /// <summary>Places of pictures, by name without extension; made when it is first asked for.</summary>
    private int[]? _picturesByStem;

    private delegate ReadOnlySpan<byte> Part(int item);

    /// <summary>Paths that are held, each once.</summary>
    public int Count => _byPath.Length;

    /// <summary>Bytes that are taken for paths.</summary>
    public long Bytes => (long)_blocks.Count * BlockLength;

    /// <param name="path">At most 65,535 bytes long. A surrogate without its other half counts as U+FFFD, which
    /// decoders make of such.</param>
    /// <returns>Its number.</returns>
    public int Add(string path)
    {
        var length = Encoding.UTF8.GetByteCount(path);
        if (_used + length > BlockLength)
        {
            _blocks.Add(new byte[BlockLength]);
            _used = 0;
        }
        Encoding.UTF8.GetBytes(path, _blocks[^1].AsSpan(_used));
        _starts.Add(((_blocks.Count - 1) * BlockLength) + _used);
        _lengths.Add(checked((ushort)length));
        _used += length;
        return _starts.Count - 1;
    }

    /// <summary>Sorts, after which nothing can be added. Of equal paths the first stays.</summary>
    /// <returns>The others.</returns>
    public IReadOnlyList<string> Seal()
    {
        var numbers = Enumerable.Range(0, _starts.Count).ToArray();
        Sort(numbers, BytesOf);
        var (kept, twins) = (0, new List<string>());
        foreach (var number in numbers)
        {
            if (kept > 0 && BytesOf(numbers[kept - 1]).SequenceEqual(BytesOf(number)))
            {
                twins.Add(Encoding.UTF8.GetString(BytesOf(number)));
            }
            else
            {
                numbers[kept++] = number;
            }
        }
        _byPath = kept == numbers.Length ? numbers : numbers[..kept];
        _byName = Enumerable.Range(0, kept).ToArray();
        Sort(_byName, NameAt);
        return twins;
    }

    /// <summary>The number of a path, or null.</summary>
    public int? Find(string path)
    {
        var bytes = Encoding.UTF8.GetBytes(path);
        var at = FirstFrom(_byPath, BytesOf, bytes);
        return at < _byPath.Length && BytesOf(_byPath[at]).SequenceEqual(bytes) ? _byPath[at] : null;
    }

    /// <summary>The paths whose part behind the last '/' is a name, in their order.</summary>
    public IEnumerable<string> Named(string name)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        for (
            var at = FirstFrom(_byName, NameAt, bytes);
            at < _byName.Length && NameAt(_byName[at]).SequenceEqual(bytes);
            at++
        )
        {
            yield return At(_byName[at]);
        }
    }

    /// <summary>The first picture with a name that is this but for its extension, or null.</summary>
    public string? PictureCalled(string stem)
    {
        if (_picturesByStem is null)
        {
            var pictures = Enumerable.Range(0, Count).Where(place => ImportFiles.IsPicture(At(place))).ToArray();
            Sort(pictures, StemAt);
            _picturesByStem = pictures;
        }
        var bytes = Encoding.UTF8.GetBytes(stem);
        var at = FirstFrom(_picturesByStem, StemAt, bytes);
        return at < _picturesByStem.Length && StemAt(_picturesByStem[at]).SequenceEqual(bytes)
            ? At(_picturesByStem[at])
            : null;
    }

    /// <summary>The paths with an extension, in their order; case is ignored.</summary>
    /// <param name="extension">ASCII, with its dot.</param>
    public IEnumerable<string> WithExtension(string extension)
    {
        var bytes = Encoding.ASCII.GetBytes(extension);
        for (var place = 0; place < Count; place++)
        {
            if (HasEnd(BytesOf(_byPath[place]), bytes))
            {
                yield return At(place);
            }
        }
    }

    public IEnumerator<string> GetEnumerator()
    {
        for (var place = 0; place < Count; place++)
        {
            yield return At(place);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>
    /// Sorts items by a part of their paths, and those with equal parts by themselves: by eight bytes as one number,
    /// then those that are equal by the next eight.
    /// </summary>
    private static void Sort(int[] items, Part part)
    {
        var keys = new ulong[items.Length];
        var equal = new Stack<(int Start, int Length, int Depth)>([(0, items.Length, 0)]);
        while (equal.TryPop(out var run))
        {
            var ofRun = items.AsSpan(run.Start, run.Length);
            var keysOfRun = keys.AsSpan(run.Start, run.Length);
            for (var i = 0; i < run.Length; i++)
            {
                keysOfRun[i] = EightBytes(part(ofRun[i]), run.Depth);
            }

            keysOfRun.Sort(ofRun);
            for (int from = 0, to; from < run.Length; from = to)
            {
                for (to = from + 1; to < run.Length && keysOfRun[to] == keysOfRun[from]; )
                {
                    to++;
                }

                if (to == from + 1)
                {
                    continue;
                }
                // Zero is what stands behind the end.
                if ((byte)keysOfRun[from] == 0)
                {
                    ofRun[from..to].Sort();
                }
                else
                {
                    equal.Push((run.Start + from, to - from, run.Depth + sizeof(ulong)));
                }
            }
        }
    }

    private static ulong EightBytes(ReadOnlySpan<byte> part, int from)
    {
        part = part[Math.Min(from, part.Length)..];
        if (part.Length >= sizeof(ulong))
        {
            return BinaryPrimitives.ReadUInt64BigEndian(part);
        }

        var bytes = 0UL;
        for (var i = 0; i < sizeof(ulong); i++)
        {
            bytes = (bytes << 8) | (i < part.Length ? part[i] : 0UL);
        }

        return bytes;
    }

    /// <summary>Where in an order the first item stands whose part is not before what is wanted.</summary>
    private static int FirstFrom(int[] order, Part part, ReadOnlySpan<byte> wanted)
    {
        var (low, high) = (0, order.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (part(order[middle]).SequenceCompareTo(wanted) < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        return low;
    }

    private string At(int place) => Encoding.UTF8.GetString(BytesOf(_byPath[place]));

    private ReadOnlySpan<byte> BytesOf(int number) =>
        _blocks[_starts[number] / BlockLength].AsSpan(_starts[number] % BlockLength, _lengths[number]);

    private ReadOnlySpan<byte> NameAt(int place)
    {
        var path = BytesOf(_byPath[place]);
        return path[(path.LastIndexOf((byte)'/') + 1)..];
    }

    private ReadOnlySpan<byte> StemAt(int place)
    {
        var name = NameAt(place);
        return name.LastIndexOf((byte)'.') is >= 0 and var dot ? name[..dot] : name;
    }

    private static bool HasEnd(ReadOnlySpan<byte> path, ReadOnlySpan<byte> end) =>
        path.Length >= end.Length && Ascii.EqualsIgnoreCase(path[^end.Length..], end);
}
