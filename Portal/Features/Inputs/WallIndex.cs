using Portal.Core.Inputs;

namespace Portal.Features.Inputs;

/// <summary>
/// Finds the keys at any place of a filtered list of inputs. It remembers the keys it has met as anchors, so that a jump reads on from the
/// nearest one before it. The list begins at a fixed newest input: what is uploaded later does not push what a person looks at.
/// </summary>
public sealed class WallIndex
{
    // The keys before which a place begins: what KeysAsync takes as "after".
    private readonly SortedList<int, long> _anchors = [];
    private readonly InputQueries _queries;
    private readonly long _appKey;
    private readonly InputFilter _filter;
    private long? _start;

    private WallIndex(InputQueries queries, long appKey, InputFilter filter)
    {
        _queries = queries;
        _appKey = appKey;
        _filter = filter;
    }

    /// <summary>Inputs in the list, as of the last <see cref="CountAsync"/>.</summary>
    public int Count { get; private set; }

    /// <summary>Matching inputs that are newer than the list's beginning.</summary>
    public int NewCount { get; private set; }

    public static async Task<WallIndex> OpenAsync(InputQueries queries, long appKey, InputFilter filter, CancellationToken ct)
    {
        var index = new WallIndex(queries, appKey, filter);
        await index.RestartAsync(ct);
        return index;
    }

    /// <summary>Begins the list anew at the newest input there is now.</summary>
    public async Task RestartAsync(CancellationToken ct)
    {
        // Oldest first, new inputs join at the end by themselves.
        if (!_filter.OldestFirst) _start = await _queries.KeysAsync(_appKey, _filter, null, 0, 1, ct) is [var newest] ? newest + 1 : null;
        await CountAsync(ct);
    }

    /// <summary>Counts anew. Anchors are dropped, for inputs may have left the list or come back to it.</summary>
    public async Task CountAsync(CancellationToken ct)
    {
        var all = await _queries.CountAsync(_appKey, _filter, ct);
        Count = _start is null ? all : await _queries.CountAsync(_appKey, _filter, _start, ct);
        NewCount = all - Count;
        lock (_anchors) _anchors.Clear();
    }

    /// <summary>Keys of the places <paramref name="from"/> to <paramref name="from"/> + <paramref name="count"/> − 1, fewer at the end.</summary>
    public async Task<IReadOnlyList<long>> KeysAsync(int from, int count, CancellationToken ct)
    {
        var (place, after) = NearestAnchor(from);
        var keys = await _queries.KeysAsync(_appKey, _filter, after, from - place, count, ct);
        if (keys.Count > 0)
        {
            lock (_anchors) _anchors[from + keys.Count] = keys[^1];
        }
        return keys;
    }

    private (int Place, long? After) NearestAnchor(int place)
    {
        lock (_anchors)
        {
            var (low, high) = (0, _anchors.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (_anchors.Keys[middle] <= place) low = middle + 1;
                else high = middle;
            }
            return low == 0 ? (0, _start) : (_anchors.Keys[low - 1], _anchors.Values[low - 1]);
        }
    }
}
