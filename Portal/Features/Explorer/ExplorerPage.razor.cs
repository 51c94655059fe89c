using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Portal.Core.Data;
using Portal.Core.Domain.Explorer;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Explorer;
using Portal.Shared.Components;
using Portal.Shared.Layout;
using Portal.Shared.Live;

namespace Portal.Features.Explorer;

/// <summary>The wall of an app's inputs, narrowed by filters that live in the address.</summary>
public sealed partial class ExplorerPage : IDisposable
{
    private static readonly TimeSpan RefreshPause = TimeSpan.FromMilliseconds(500);
    private static readonly Choice<TileSize>[] Sizes =
    [
        new(TileSize.S, "S"),
        new(TileSize.M, "M"),
        new(TileSize.L, "L"),
    ];
    private static readonly (InputOrder, string)[] Orders =
    [
        (InputOrder.Newest, "Newest"),
        (InputOrder.Oldest, "Oldest"),
        (InputOrder.HighestScore, "Highest score"),
        (InputOrder.LowestScore, "Lowest score"),
    ];
    private readonly Selection _selection = new();

    // Addresses the page has asked for and not yet heard of.
    private readonly List<string> _asked = [];
    private readonly CancellationTokenSource _left = new();
    private long _appKey;
    private ExplorerQuery _query = ExplorerQuery.Everything;
    private FilterNames _names = FilterNames.None;
    private InputFacets _facets = InputFacets.None;
    private IReadOnlyList<SavedFilter> _saved = [];
    private WallIndex? _index;
    private InputWall? _wall;
    private Exception? _error;
    private bool _atTop = true;
    private ChangeWatch? _watch;
    private IDisposable? _keys;

    [Inject]
    private InputQueries Queries { get; set; } = null!;

    [Inject]
    private SavedFilterService SavedFilters { get; set; } = null!;

    [Inject]
    private Toasts Toasts { get; set; } = null!;

    [Inject]
    private ChangeFeed Changes { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private KeyList Keys { get; set; } = null!;

    private string CountText
    {
        get
        {
            var count = _index!.Count;
            var text = count == 1 ? "1 input" : $"{Number(count)} inputs";
            return count > InputWall.Reach(_query.Size) * 2L
                ? $"{text}; scrolling reaches the first part, a day or a filter the rest"
                : text;
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
        _keys = Keys.Register(
            "Explorer",
            new KeyHint("← ↑ ↓ →", "Move between inputs"),
            new KeyHint("Enter", "Open the input"),
            new KeyHint("Space", "Select it"),
            new KeyHint("Shift ← →", "Select on"),
            new KeyHint("Ctrl A", "Select all that match"),
            new KeyHint("Esc", "Clear the selection")
        );
        _watch = new ChangeWatch(
            Changes,
            change => change.AppId == _appKey,
            () => InvokeAsync(RefreshAsync),
            DispatchExceptionAsync,
            RefreshPause
        );
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_appKey == Scope.AppKey)
        {
            return;
        }

        _appKey = Scope.AppKey;
        _query = ExplorerQuery.Parse(Navigation.Uri);
        await OpenAsync();
    }

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e) =>
        _ = InvokeAsync(async () =>
        {
            // Leaving for another page raises this too, just before the page goes.
            if (
                new Uri(e.Location).AbsolutePath
                != new Uri(Navigation.ToAbsoluteUri(Scope.Href("explorer")).AbsoluteUri).AbsolutePath
            )
            {
                return;
            }

            var query = ExplorerQuery.Parse(e.Location);
            // Its own change of address the page has made already, and may be one further.
            if (_asked.Remove(query.ToString()))
            {
                return;
            }

            var same = query.ShowsSameInputs(_query);
            same &= query.At == _query.At;
            _query = query;
            if (!same)
            {
                await OpenAsync();
            }

            StateHasChanged();
        });

    // At once, not when the browser has said that its address has changed: the next click builds on this one.
    private async Task Show(ExplorerQuery query)
    {
        var same = query.ShowsSameInputs(_query) && query.At == _query.At;
        _query = query;
        _asked.Add(query.ToString());
        Navigation.NavigateTo(Scope.Href("explorer") + query);
        if (!same)
        {
            await OpenAsync();
        }
    }

    private Task OpenAsync() =>
        GuardAsync(async () =>
        {
            var query = _query;
            _names = await Queries.NamesAsync(Scope.AppKey, _left.Token);
            var index = await WallIndex.OpenAsync(Queries, Scope.AppKey, query.ToFilter(_names), query.At, _left.Token);
            if (query != _query)
            {
                return;
            }

            _index = index;
            _atTop = true;
            await CountAsync();
        });

    private Task RefreshAsync() =>
        GuardAsync(async () =>
        {
            if (_index is null)
            {
                return;
            }
            // At the top there is no place to lose: what is new simply joins in front.
            if (_atTop && _query.At is null)
            {
                await _index.RestartAsync(_left.Token);
            }
            else
            {
                await _index.ReadAsync(_left.Token);
            }

            if (_wall is not null)
            {
                await _wall.RefreshAsync();
            }

            StateHasChanged();
            _names = await Queries.NamesAsync(Scope.AppKey, _left.Token);
            await CountAsync();
            StateHasChanged();
        });

    private async Task SetAtTopAsync(bool atTop)
    {
        _atTop = atTop;
        if (atTop && _index is { NewCount: > 0 })
        {
            await RefreshAsync();
        }
    }

    private async Task CountAsync()
    {
        _facets = await Queries.FacetsAsync(Scope.AppKey, _query.ToFilter(_names), _left.Token);
        _saved = await SavedFilters.ListAsync(Scope.AppKey, _left.Token);
    }

    private Task JumpTo(ChangeEventArgs e) =>
        Show(
            _query with
            {
                At = DateOnly.TryParseExact(
                    (string?)e.Value,
                    "yyyy-MM-dd",
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.None,
                    out var day
                )
                    ? day
                    : null,
            }
        );

    private void SelectAll() => _selection.Set(_index!.List.Set);

    private async Task ShowSimilar()
    {
        var ids = await Queries.IdsAsync(
            new InputSet(_selection.Keys.Ascending().Take(ExplorerQuery.MostLike)),
            _left.Token
        );
        _selection.Clear();
        await Show(_query with { Like = ids, At = null });
    }

    private async Task SaveFilterAsync(string name)
    {
        if (
            await Scope.AttemptAsync(
                Permission.ManageApp,
                () => SavedFilters.SaveAsync(Scope.AppKey, name, _query.Kept().ToString(), _left.Token)
            ) is
            { } problem
        )
        {
            Toasts.Show(problem, StatusKind.Failed);
        }

        _saved = await SavedFilters.ListAsync(Scope.AppKey, _left.Token);
    }

    private async Task DeleteFilterAsync(SavedFilter filter)
    {
        var (saved, scope) = (SavedFilters, Scope);
        await scope.DoAsync(Permission.ManageApp, () => saved.DeleteAsync(scope.AppKey, filter.Name, _left.Token));
        _saved = await saved.ListAsync(scope.AppKey, _left.Token);
        Toasts.ShowUndo(
            $"Deleted the filter {filter.Name}",
            () =>
                scope.DoAsync(
                    Permission.ManageApp,
                    () => saved.SaveAsync(scope.AppKey, filter.Name, filter.Query, CancellationToken.None)
                )
        );
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
