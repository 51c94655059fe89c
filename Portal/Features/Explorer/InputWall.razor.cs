using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Portal.Core.Domain.Inputs;
using Portal.Core.Services.Explorer;
using Portal.Shared.Live;
using Portal.Shared.Pages;

namespace Portal.Features.Explorer;

public sealed partial class InputWall : IAsyncDisposable
{
    // Browsers give up on elements higher than about 15 million pixels; the rest is reached by a date, the other end or
    // a filter.
    private const int MaxHeight = 12_000_000;

    private readonly JsHandle _script = new();
    private readonly CancellationTokenSource _left = new();
    private ElementReference _element;
    private DotNetObjectReference<InputWall>? _self;
    private WallIndex? _shownIndex;
    private TileSize _shownSize;
    private IReadOnlyList<TileRow> _rows = [];
    private int _columns;
    private int _firstRow;
    private int _rowsWanted;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    [Inject]
    private InputQueries Queries { get; set; } = null!;

    [Parameter, EditorRequired]
    public AppScope Scope { get; set; } = null!;

    /// <summary>The list to show; another one starts at the top.</summary>
    [Parameter, EditorRequired]
    public WallIndex Index { get; set; } = null!;

    [Parameter]
    public TileSize Size { get; set; } = TileSize.M;

    /// <summary>Query string that the links of the tiles carry on.</summary>
    [Parameter]
    public string Query { get; set; } = "";

    /// <summary>What is chosen; the wall changes it as gestures end.</summary>
    [Parameter]
    public Selection Selection { get; set; } = new();

    /// <summary>A gesture changed <see cref="Selection"/>.</summary>
    [Parameter]
    public EventCallback SelectionChanged { get; set; }

    /// <summary>Whether the first row is in view, each time that changes.</summary>
    [Parameter]
    public EventCallback<bool> AtTopChanged { get; set; }

    /// <summary>Inputs the wall can reach by scrolling at a tile size, for the narrowest wall.</summary>
    public static int Reach(TileSize size) => MaxHeight / HeightOf(size);

    private string SizeClass => Size.ToString().ToLowerInvariant();

    private int RowHeight => HeightOf(Size);

    private int RowCount =>
        _columns == 0 ? 0 : Math.Min((Index.Count + _columns - 1) / _columns, MaxHeight / RowHeight);

    /// <summary>Reads the rows in view again and shows them where they are.</summary>
    public Task RefreshAsync() => _columns == 0 ? Task.CompletedTask : ShowRows(_columns, _firstRow, _rowsWanted);

    /// <summary>
    /// Hears from the browser which rows it is about to show, and how many tiles fit side by side. Answers when they
    /// are drawn.
    /// </summary>
    [JSInvokable]
    public async Task ShowRows(int columns, int firstRow, int rows)
    {
        var index = Index;
        // What a browser says is not taken at its word.
        (columns, rows) = (Math.Clamp(columns, 1, 100), Math.Clamp(rows, 0, 200));
        firstRow = Math.Max(firstRow, 0);
        var keys = index.Keys(firstRow * columns, rows * columns);
        var tiles = await Queries.TilesAsync(keys, _left.Token);
        if (!ReferenceEquals(index, Index))
        {
            return;
        }

        var drawn = tiles.ToDictionary(tile => tile.Id);
        (_columns, _firstRow, _rowsWanted) = (columns, firstRow, rows);
        _rows =
        [
            .. keys.Chunk(columns)
                .Select(
                    (row, i) =>
                        new TileRow(
                            (firstRow + i) * columns,
                            [.. row.Where(drawn.ContainsKey).Select(key => drawn[key])]
                        )
                ),
        ];
        StateHasChanged();
    }

    [JSInvokable]
    public Task SetAtTop(bool atTop) => AtTopChanged.InvokeAsync(atTop);

    [JSInvokable]
    public Task ToggleInput(string inputId) => SelectAsync(inputId, Selection.Toggle);

    [JSInvokable]
    public Task SelectTo(string inputId) => SelectAsync(inputId, key => Selection.ExtendTo(Index, key));

    /// <summary>The tiles a lasso was drawn over, as rows and columns, ends included.</summary>
    [JSInvokable]
    public Task SelectArea(int firstRow, int lastRow, int firstColumn, int lastColumn, bool add)
    {
        var keys = new InputSet();
        for (var row = Math.Max(firstRow, 0); row <= Math.Min(lastRow, RowCount); row++)
        {
            foreach (
                var key in Index.Keys(
                    row * _columns + firstColumn,
                    Math.Min(lastColumn, _columns - 1) - firstColumn + 1
                )
            )
            {
                keys.Add(key);
            }
        }
        if (add)
        {
            Selection.Add(keys.Ascending());
        }
        else
        {
            Selection.Set(keys);
        }

        return SelectionChanged.InvokeAsync();
    }

    [JSInvokable]
    public Task SelectAll()
    {
        Selection.Set(Index.List.Set);
        return SelectionChanged.InvokeAsync();
    }

    [JSInvokable]
    public Task ClearSelection()
    {
        Selection.Clear();
        return SelectionChanged.InvokeAsync();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            (_shownIndex, _shownSize) = (Index, Size);
            _self = DotNetObjectReference.Create(this);
            await _script.AttachAsync(
                Js,
                "/Features/Explorer/InputWall.razor.js",
                _element,
                _self,
                WidthOf(Size),
                RowHeight
            );
            return;
        }
        if (!_script.IsAttached)
        {
            return;
        }

        if (_shownSize != Size)
        {
            _shownSize = Size;
            await _script.CallAsync("setTileSize", WidthOf(Size), RowHeight);
        }
        if (!ReferenceEquals(_shownIndex, Index))
        {
            _shownIndex = Index;
            await _script.CallAsync("toTop");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _left.CancelAsync();
        _left.Dispose();
        await _script.DisposeAsync();
        _self?.Dispose();
    }

    private Task SelectAsync(string inputId, Action<long> select)
    {
        if (_rows.SelectMany(row => row.Tiles).FirstOrDefault(tile => tile.ExternalId == inputId) is not { } tile)
        {
            return Task.CompletedTask;
        }

        select(tile.Id);
        return SelectionChanged.InvokeAsync();
    }

    // A row's height, its gap included, as InputWall.razor.css lays it out.
    private static int HeightOf(TileSize size) =>
        size switch
        {
            TileSize.S => 96,
            TileSize.M => 126,
            _ => 232,
        };

    /// <summary>The least width of a tile in pixels.</summary>
    private static int WidthOf(TileSize size) =>
        size switch
        {
            TileSize.S => 108,
            TileSize.M => 148,
            _ => 256,
        };
}
