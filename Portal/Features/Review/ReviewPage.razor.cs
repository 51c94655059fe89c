using Microsoft.AspNetCore.Components;
using Portal.Core.Annotations;
using Portal.Core.Concepts;
using Portal.Core.Inputs;
using Portal.Core.Storage;
using Portal.Features.Inputs;
using Portal.Shared.Layout;
using Portal.Shared.Live;

namespace Portal.Features.Review;

/// <summary>One waiting annotation at a time: yes, no, skip.</summary>
public sealed partial class ReviewPage : IDisposable
{
    private static readonly TimeSpan RefreshPause = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _gone = new();
    private readonly Dictionary<long, string> _pictures = [];
    private ReviewQueue? _queue;
    private DecisionPanel? _panel;
    private ChangeWatch? _watch;
    private IDisposable? _keys;
    private long _appKey;
    private int _left;

    [Inject] private AnnotationService Annotations { get; set; } = null!;
    [Inject] private ConceptService Concepts { get; set; } = null!;
    [Inject] private InputQueries Queries { get; set; } = null!;
    [Inject] private ChangeFeed Changes { get; set; } = null!;
    [Inject] private KeyList Keys { get; set; } = null!;

    public void Dispose()
    {
        _watch?.Dispose();
        _keys?.Dispose();
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override void OnInitialized()
    {
        _keys = Keys.Register("Review", new KeyHint("A", "Yes, approve"), new KeyHint("R", "No, reject"), new KeyHint("Space", "Skip"), new KeyHint("Z", "Undo"));
        _watch = new ChangeWatch(Changes, change => change.AppId == _appKey, () => InvokeAsync(CountAsync), DispatchExceptionAsync, RefreshPause);
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_appKey == Scope.AppKey) return;
        _appKey = Scope.AppKey;
        await OpenAsync();
    }

    private async Task OpenAsync()
    {
        var queue = new ReviewQueue(Annotations, Scope.AppKey);
        await queue.FillAsync(_gone.Token);
        await FindPicturesAsync(queue);
        _queue = queue;
        await CountAsync();
    }

    private async Task AdvanceAsync(DecisionMade decision)
    {
        _left = Math.Max(0, _left - 1);
        await MoveOnAsync(skip: false);
    }

    private Task SkipAsync() => MoveOnAsync(skip: true);

    private async Task MoveOnAsync(bool skip)
    {
        await _queue!.AdvanceAsync(skip, _gone.Token);
        await FindPicturesAsync(_queue);
    }

    private void GoBackTo(DecisionMade decision)
    {
        _left++;
        _queue?.GoBackTo(decision.InputId, decision.ConceptId);
    }

    // Inputs that arrive while nothing waits open the queue again by themselves.
    private async Task CountAsync()
    {
        try
        {
            _left = (await Concepts.CountAsync(_appKey, _gone.Token)).Values.Sum(c => c.Waiting);
            if (_queue is { Current: null, Skipped: 0 } && _left > 0)
            {
                await _queue.FillAsync(_gone.Token);
                await FindPicturesAsync(_queue);
            }
            StateHasChanged();
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The page was left.
        }
    }

    private async Task FindPicturesAsync(ReviewQueue queue)
    {
        var wanted = new[] { queue.Current, queue.Next }.OfType<AnnotationView>().Select(a => a.InputId).Where(id => !_pictures.ContainsKey(id)).Distinct().ToList();
        foreach (var tile in await Queries.TilesAsync(wanted, _gone.Token))
            _pictures[tile.Id] = Scope.Media(tile.ExternalId, tile.ContentHash, MediaRendition.Large);
    }

    private string? Picture(AnnotationView annotation) => _pictures.GetValueOrDefault(annotation.InputId);
}
