using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Portal.Core.Domain.Concepts;
using Portal.Shared.Layout;
using Portal.Shared.Live;
using Portal.Shared.Pages;

namespace Portal.Features.Review;

public sealed partial class LabelingWorkspace : IAsyncDisposable
{
    private readonly JsHandle _script = new();
    private ElementReference _element;
    private IDisposable? _keys;
    private (string? Concept, string Order, string Near)? _opened;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    [Inject]
    private KeyList Keys { get; set; } = null!;

    [Parameter, EditorRequired]
    public AppScope Scope { get; set; } = null!;

    [Parameter, EditorRequired]
    public WorkspaceKind Kind { get; set; }

    [Parameter, EditorRequired]
    public IReadOnlyList<Concept> Concepts { get; set; } = [];

    /// <summary>The one concept that is asked about, or null for all.</summary>
    [Parameter]
    public string? ConceptId { get; set; }

    /// <summary>As <c>work-batches</c> in the REST API names it.</summary>
    [Parameter, EditorRequired]
    public string Order { get; set; } = "";

    /// <summary>Ids of the inputs to be near to.</summary>
    [Parameter]
    public IReadOnlyList<string> Near { get; set; } = [];

    protected override void OnInitialized() => _keys = Keys.Register(Kind.ToString(), WorkspaceKey.Hints(Kind));

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        var wanted = (ConceptId, Order, string.Join(',', Near));
        if (_opened == wanted)
        {
            return;
        }

        _opened = wanted;
        var wish = new
        {
            concept_id = ConceptId,
            order = Order,
            near = Near,
        };
        if (firstRender)
        {
            await _script.AttachAsync(
                Js,
                "/Features/Review/LabelingWorkspace.razor.js",
                _element,
                new
                {
                    kind = Kind.ToString().ToLowerInvariant(),
                    api = Scope.ApiHref(),
                    user = Scope.User.UserId,
                    inputs = Scope.Href("inputs"),
                    concepts = Concepts.Select(c => new
                    {
                        id = c.ExternalId,
                        name = c.Name,
                        color = c.Color,
                        hotkey = c.Hotkey,
                    }),
                    keys = WorkspaceKey
                        .Of(Kind)
                        .Select(k => new
                        {
                            action = k.Action,
                            key = k.Key,
                            shown = k.Shown,
                        }),
                },
                wish
            );
        }
        else
        {
            await _script.CallAsync("open", wish);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _keys?.Dispose();
        await _script.DisposeAsync();
    }
}
