using Portal.Core.Domain.Explorer;
using Portal.Core.Services.Explorer;

namespace Portal.Features.Explorer;

/// <summary>
/// What the wall shows of a list: a filter's inputs from a fixed beginning on, so that what is uploaded later does not
/// push what a person looks at.
/// </summary>
public sealed class WallIndex
{
    private readonly InputQueries _queries;
    private readonly long _appKey;
    private readonly InputFilter _filter;

    // The newest input there was at the beginning; later ones wait. Where the order is another, they join at their
    // place.
    private long _newest;

    private WallIndex(InputQueries queries, long appKey, InputFilter filter) =>
        (_queries, _appKey, _filter) = (queries, appKey, filter);

    /// <summary>The list as of the last reading.</summary>
    public InputList List { get; private set; } = InputList.Empty;

    /// <summary>Matching inputs that are newer than the wall's beginning; they would stand before it.</summary>
    public int NewCount { get; private set; }

    private bool IsNewestFirst => _filter.Like.Count == 0 && _filter.Order == InputOrder.Newest;

    /// <summary>The place in the list at which the wall begins.</summary>
    public int Start { get; private set; }

    /// <summary>Inputs on the wall.</summary>
    public int Count => List.Count - Start;

    /// <param name="at">The day to begin at, for the orders by time; null begins at the first input.</param>
    public static async Task<WallIndex> OpenAsync(
        InputQueries queries,
        long appKey,
        InputFilter filter,
        DateOnly? at,
        CancellationToken ct
    )
    {
        var index = new WallIndex(queries, appKey, filter);
        await index.RestartAsync(ct);
        if (at is not { } day || filter.Like.Count > 0 || filter.Order is not (InputOrder.Newest or InputOrder.Oldest))
        {
            return index;
        }

        var time = (filter.Order == InputOrder.Newest ? day.AddDays(1) : day).ToDateTime(
            TimeOnly.MinValue,
            DateTimeKind.Utc
        );
        index.Start = await queries.PlaceOfTimeAsync(appKey, index.List, filter.Order, time, ct);
        // From here down the first input of the wall is the newest one.
        if (index.IsNewestFirst)
        {
            index._newest = index.Keys(0, 1) is [var first] ? first : 0;
        }

        await index.ReadAsync(ct);
        return index;
    }

    /// <summary>Begins the wall anew at the newest input there is now.</summary>
    public async Task RestartAsync(CancellationToken ct)
    {
        _newest = long.MaxValue;
        await ReadAsync(ct);
        if (List.Count > 0 && IsNewestFirst)
        {
            _newest = List.Keys(0, 1)[0];
        }
    }

    /// <summary>Reads the list anew, from the same beginning on.</summary>
    public async Task ReadAsync(CancellationToken ct)
    {
        List = await _queries.FindAsync(_appKey, _filter, ct);
        if (IsNewestFirst)
        {
            Start = _newest == long.MaxValue ? 0 : List.Count - List.CountBelow(_newest + 1);
        }
        else
        {
            Start = Math.Min(Start, List.Count);
        }

        NewCount = IsNewestFirst ? Start : 0;
    }

    /// <summary>
    /// Keys of the wall's places <paramref name="from"/> to <paramref name="from"/> + <paramref name="count"/> − 1,
    /// fewer at the end.
    /// </summary>
    public IReadOnlyList<long> Keys(int from, int count) => List.Keys(Start + from, count);

    /// <summary>The place of an input on the wall; null where it is not on it.</summary>
    public int? PlaceOf(long key) => List.PlaceOf(key) is { } place && place >= Start ? place - Start : null;
}
