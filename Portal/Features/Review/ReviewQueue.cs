using Portal.Core.Annotations;

namespace Portal.Features.Review;

/// <summary>Annotations of an app that wait for a review or an audit, newest first, each seen once; those decided stay known, so that undo can go back to them.</summary>
public sealed class ReviewQueue(AnnotationService annotations, long appKey)
{
    private const int PageSize = 50;
    private static readonly AnnotationFilter Waiting = AnnotationFilter.None with { ForReview = true };
    private readonly List<AnnotationView> _items = [];
    private readonly HashSet<long> _seen = [];
    private int _place;

    public AnnotationView? Current => _items.ElementAtOrDefault(_place);

    public AnnotationView? Next => _items.ElementAtOrDefault(_place + 1);

    /// <summary>How many were passed over without an answer.</summary>
    public int Skipped { get; private set; }

    /// <summary>Reads on: first what is older than what was seen, then what has come since.</summary>
    public async Task FillAsync(CancellationToken ct)
    {
        var oldest = _items.Count > 0 ? _items.Min(a => a.Id) : (long?)null;
        if (oldest is not null && await AddAsync(oldest, ct) > 0) return;
        await AddAsync(null, ct);
    }

    public async Task AdvanceAsync(bool skip, CancellationToken ct)
    {
        if (skip) Skipped++;
        _place++;
        if (Next is null) await FillAsync(ct);
    }

    public void GoBackTo(string inputId, string conceptId)
    {
        var place = _items.FindLastIndex(a => a.InputExternalId == inputId && a.ConceptExternalId == conceptId);
        if (place >= 0) _place = place;
    }

    private async Task<int> AddAsync(long? before, CancellationToken ct)
    {
        var page = await annotations.ListAsync(appKey, Waiting, before, 0, PageSize, ct);
        var unseen = page.Where(a => _seen.Add(a.Id)).ToList();
        _items.AddRange(unseen);
        return unseen.Count;
    }
}
