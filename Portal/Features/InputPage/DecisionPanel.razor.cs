using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Portal.Shared.Components;
using Portal.Shared.Live;
using Portal.Shared.Pages;

namespace Portal.Features.InputPage;

public sealed partial class DecisionPanel : IAsyncDisposable
{
    private ElementReference _element;
    private DotNetObjectReference<DecisionPanel>? _self;
    private readonly JsHandle _script = new();

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    [Inject]
    private Toasts Toasts { get; set; } = null!;

    [Parameter, EditorRequired]
    public AppScope Scope { get; set; } = null!;

    /// <summary>The id of the input that is decided about.</summary>
    [Parameter, EditorRequired]
    public string InputId { get; set; } = "";

    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    /// <summary>A decision was made; it may not have been sent yet.</summary>
    [Parameter]
    public EventCallback<DecisionMade> OnDecided { get; set; }

    /// <summary>A decision was taken back by key or button.</summary>
    [Parameter]
    public EventCallback<DecisionMade> OnUndone { get; set; }

    /// <summary>The portal has applied something: time to read again what is shown.</summary>
    [Parameter]
    public EventCallback OnSent { get; set; }

    [JSInvokable]
    public Task Decided(DecisionMade decision) => OnDecided.InvokeAsync(decision);

    [JSInvokable]
    public Task Undone(DecisionMade decision) => OnUndone.InvokeAsync(decision);

    [JSInvokable]
    public Task Sent() => OnSent.InvokeAsync();

    [JSInvokable]
    public Task Refused(string reason)
    {
        Toasts.Show(reason, StatusKind.Failed);
        return OnSent.InvokeAsync();
    }

    public async Task UndoAsync(string decisionId) => await _script.CallAsync("undo", decisionId);

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
        {
            return;
        }

        _self = DotNetObjectReference.Create(this);
        await _script.AttachAsync(
            Js,
            "/Features/InputPage/DecisionPanel.razor.js",
            _element,
            _self,
            Scope.ApiHref(),
            Scope.User.UserId
        );
    }

    public async ValueTask DisposeAsync()
    {
        await _script.DisposeAsync();
        _self?.Dispose();
    }
}
