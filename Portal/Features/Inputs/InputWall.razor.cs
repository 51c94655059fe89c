using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web.Virtualization;
using Microsoft.JSInterop;
using Portal.Core.Inputs;
using Portal.Shared.Layout;
using Portal.Shared.Live;

namespace Portal.Features.Inputs;

public sealed partial class InputWall : IAsyncDisposable
{
    // Browsers give up on elements higher than about 15 million pixels; the rest is reached from the other end or by a filter.
    private const int MaxHeight = 12_000_000;

    private const int MostKept = 4000;

    private ElementReference _element;
    private Virtualize<TileRow>? _rows;
    private readonly JsHandle _script = new();
    private DotNetObjectReference<InputWall>? _self;
    private WallIndex? _shownIndex;
    private TileSize _shownSize;
    private int _columns;

    // By place in the list. Scrolling asks for mostly the same rows again and again, and cancels what it asked for before.
    private readonly Dictionary<int, InputTile> _tiles = [];

    [Inject] private IJSRuntime Js { get; set; } = null!;
    [Inject] private InputQueries Queries { get; set; } = null!;

    [Parameter, EditorRequired] public AppScope Scope { get; set; } = null!;

    /// <summary>The list to show; another one starts at the top.</summary>
    [Parameter, EditorRequired] public WallIndex Index { get; set; } = null!;

    [Parameter] public TileSize Size { get; set; } = TileSize.M;

    /// <summary>Query string that the links of the tiles carry on.</summary>
    [Parameter] public string Query { get; set; } = "";

    /// <summary>Whether the first row is in view, each time that changes.</summary>
    [Parameter] public EventCallback<bool> AtTopChanged { get; set; }

    /// <summary>Inputs the wall can reach by scrolling at a tile size, for the narrowest wall.</summary>
    public static int Reach(TileSize size) => MaxHeight / HeightOf(size);

    private string SizeClass => Size.ToString().ToLowerInvariant();

    private int RowHeight => HeightOf(Size);

    /// <summary>Reads the rows in view again and shows them where they are.</summary>
    public async Task RefreshAsync()
    {
        if (_rows is null) return;
        _tiles.Clear();
        await _rows.RefreshDataAsync();
        StateHasChanged();
    }

    /// <summary>Hears from the browser how many tiles fit side by side.</summary>
    [JSInvokable]
    public async Task SetColumns(int columns)
    {
        if (columns == _columns) return;
        _columns = columns;
        await RefreshAsync();
        StateHasChanged();
    }

    [JSInvokable]
    public Task SetAtTop(bool atTop) => AtTopChanged.InvokeAsync(atTop);

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _shownIndex = Index;
            _shownSize = Size;
            _self = DotNetObjectReference.Create(this);
            await _script.AttachAsync(Js, "/Features/Inputs/InputWall.razor.js", _element, _self, WidthOf(Size));
            return;
        }
        if (!_script.IsAttached) return;
        if (_shownSize != Size)
        {
            _shownSize = Size;
            await _script.CallAsync("setTileWidth", WidthOf(Size));
            await RefreshAsync();
        }
        if (!ReferenceEquals(_shownIndex, Index))
        {
            _shownIndex = Index;
            await _script.CallAsync("toTop");
            await RefreshAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _script.DisposeAsync();
        _self?.Dispose();
    }

    private async ValueTask<ItemsProviderResult<TileRow>> LoadAsync(ItemsProviderRequest request)
    {
        var (index, columns) = (Index, _columns);
        var (from, to) = (request.StartIndex * columns, Math.Min(index.Count, (request.StartIndex + request.Count) * columns));
        await LoadTilesAsync(index, from, to, request.CancellationToken);
        var rows = Enumerable.Range(request.StartIndex, request.Count).Select(row => row * columns).TakeWhile(first => first < to)
            .Select(first => new TileRow(first, [.. Enumerable.Range(first, columns).Select(place => _tiles.GetValueOrDefault(place)).OfType<InputTile>()]));
        return new ItemsProviderResult<TileRow>([.. rows], Math.Min((index.Count + columns - 1) / columns, MaxHeight / RowHeight));
    }

    private async Task LoadTilesAsync(WallIndex index, int from, int to, CancellationToken ct)
    {
        if (_tiles.Count > MostKept) _tiles.Clear();
        while (from < to && _tiles.ContainsKey(from)) from++;
        while (to > from && _tiles.ContainsKey(to - 1)) to--;
        if (from == to) return;
        var keys = await index.KeysAsync(from, to - from, ct);
        var tiles = (await Queries.TilesAsync(keys, ct)).ToDictionary(tile => tile.Id);
        if (!ReferenceEquals(index, Index)) return;
        for (var i = 0; i < keys.Count; i++)
        {
            if (tiles.TryGetValue(keys[i], out var tile)) _tiles[from + i] = tile;
        }
    }

    // A row's height, its gap included, as InputWall.razor.css lays it out.
    private static int HeightOf(TileSize size) => size switch
    {
        TileSize.S => 96,
        TileSize.M => 126,
        _ => 232,
    };

    /// <summary>The least width of a tile in pixels.</summary>
    private static int WidthOf(TileSize size) => size switch
    {
        TileSize.S => 108,
        TileSize.M => 148,
        _ => 256,
    };
}
