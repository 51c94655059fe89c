using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Portal.Shared.Components;

public sealed partial class Dialog : IAsyncDisposable
{
    private ElementReference _element;
    private IJSObjectReference? _module;
    private bool _isShown;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    [Parameter]
    public bool Open { get; set; }

    [Parameter]
    public EventCallback<bool> OpenChanged { get; set; }

    [Parameter, EditorRequired]
    public string Title { get; set; } = "";

    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    /// <summary>The buttons, the one that does it last. A form inside the dialog brings its own.</summary>
    [Parameter]
    public RenderFragment? Footer { get; set; }

    /// <summary>720 px instead of 440.</summary>
    [Parameter]
    public bool Wide { get; set; }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (Open == _isShown)
        {
            return;
        }

        _isShown = Open;
        _module ??= await Js.InvokeAsync<IJSObjectReference>("import", "/Shared/Components/Dialog.razor.js");
        await _module.InvokeVoidAsync(Open ? "show" : "close", _element);
    }

    public async ValueTask DisposeAsync()
    {
        if (_module is null)
        {
            return;
        }

        try
        {
            await _module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone, and the module with it.
        }
    }

    private Task CloseAsync() => Open ? OpenChanged.InvokeAsync(false) : Task.CompletedTask;
}
