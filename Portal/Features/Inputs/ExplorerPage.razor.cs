using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Portal.Core.Concepts;
using Portal.Core.Inputs;
using Portal.Core.Storage;
using Portal.Shared.Components;
using Portal.Shared.Layout;
using Portal.Shared.Live;

namespace Portal.Features.Inputs;

/// <summary>The wall of an app's inputs, narrowed by filters that live in the address.</summary>
public sealed partial class ExplorerPage : IDisposable
{
    private static readonly TimeSpan RefreshPause = TimeSpan.FromMilliseconds(500);
    private static readonly Choice<TileSize>[] Sizes = [new(TileSize.S, "S"), new(TileSize.M, "M"), new(TileSize.L, "L")];
    private static readonly Choice<bool>[] Orders = [new(false, "Newest"), new(true, "Oldest")];
    private readonly CancellationTokenSource _left = new();
    private long _appKey;
    private ExplorerQuery _query = ExplorerQuery.Everything;
    private IReadOnlyList<Concept> _concepts = [];
    private IReadOnlyDictionary<long, ConceptCounts> _counts = new Dictionary<long, ConceptCounts>();
    private StatusFacets _statuses = new(0, 0, 0, 0, 0);
    private WallIndex? _index;
    private InputWall? _wall;
    private Exception? _error;
    private bool _atTop = true;
    private ChangeWatch? _watch;
    private IDisposable? _keys;

    [Inject] private InputQueries Queries { get; set; } = null!;
    [Inject] private ConceptService Concepts { get; set; } = null!;
    [Inject] private ChangeFeed Changes { get; set; } = null!;
    [Inject] private NavigationManager Navigation { get; set; } = null!;
    [Inject] private KeyList Keys { get; set; } = null!;

    private string CountText
    {
        get
        {
            var count = _index!.Count;
            var text = count == 1 ? "1 input" : $"{Number(count)} inputs";
            return count > InputWall.Reach(_query.Size) * 2L ? $"{text}; scroll reaches the first part, filters and order the rest" : text;
        }
    }

    public void Dispose()
    {
        Navigation.LocationChanged -= OnLocationChanged;
        _watch?.Dispose();
        _keys?.Dispose();
        _left.Cancel();
        _left.Dispose();
    }

    protected override void OnInitialized()
    {
        Navigation.LocationChanged += OnLocationChanged;
        _keys = Keys.Register("Explorer", new KeyHint("← ↑ ↓ →", "Move between inputs"), new KeyHint("Enter", "Open the input"));
        _watch = new ChangeWatch(Changes, change => change.AppId == _appKey, () => InvokeAsync(RefreshAsync), DispatchExceptionAsync, RefreshPause);
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_appKey == Scope.AppKey) return;
        _appKey = Scope.AppKey;
        _query = ExplorerQuery.Parse(Navigation.Uri);
        await OpenAsync();
    }

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e) => _ = InvokeAsync(async () =>
    {
        // Leaving for another page raises this too, just before the page goes.
        if (new Uri(e.Location).AbsolutePath != new Uri(Navigation.ToAbsoluteUri(Scope.Href("explorer")).AbsoluteUri).AbsolutePath) return;
        var query = ExplorerQuery.Parse(e.Location);
        var same = query.ShowsSameInputs(_query);
        _query = query;
        if (!same) await OpenAsync();
        StateHasChanged();
    });

    // The page hears of its own change of address like of any other.
    private void Show(ExplorerQuery query) => Navigation.NavigateTo(Scope.Href("explorer") + query);

    private Task OpenAsync() => GuardAsync(async () =>
    {
        var query = _query;
        _concepts = await Concepts.ListAsync(Scope.AppKey, _left.Token);
        var index = await WallIndex.OpenAsync(Queries, Scope.AppKey, query.ToFilter(_concepts), _left.Token);
        if (!query.ShowsSameInputs(_query)) return;
        _index = index;
        _atTop = true;
        await CountFacetsAsync();
    });

    private Task RefreshAsync() => GuardAsync(async () =>
    {
        if (_index is null) return;
        // At the top there is no place to lose: what is new simply joins in front.
        if (_atTop)
        {
            await _index.RestartAsync(_left.Token);
        }
        else
        {
            await _index.CountAsync(_left.Token);
        }
        if (_wall is not null) await _wall.RefreshAsync();
        StateHasChanged();
        _concepts = await Concepts.ListAsync(Scope.AppKey, _left.Token);
        await CountFacetsAsync();
        StateHasChanged();
    });

    private async Task SetAtTopAsync(bool atTop)
    {
        _atTop = atTop;
        if (atTop && _index is { NewCount: > 0 }) await RefreshAsync();
    }

    private async Task CountFacetsAsync()
    {
        _counts = await Concepts.CountAsync(Scope.AppKey, _left.Token);
        _statuses = await Queries.FacetsAsync(Scope.AppKey, _left.Token);
    }

    private async Task GuardAsync(Func<Task> work)
    {
        try
        {
            await work();
            _error = null;
        }
        catch (OperationCanceledException) when (_left.IsCancellationRequested)
        {
            // The page was left.
        }
        catch (ObjectDisposedException)
        {
            // The page was left before the work began.
        }
#pragma warning disable CA1031 // Whatever went wrong is shown in place, with a button to try again.
        catch (Exception e)
        {
            _error = e;
        }
#pragma warning restore CA1031
    }

    private static string Number(int count) => count.ToString("N0", CultureInfo.CurrentCulture);
}
