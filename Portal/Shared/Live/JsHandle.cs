using Microsoft.JSInterop;

namespace Portal.Shared.Live;

/// <summary>
/// A collocated script at work on a component's element: the module, and what its <c>attach</c> function returned,
/// whose <c>dispose</c> is called when the component goes. A component that goes while its script is still on the way
/// leaves nothing behind.
/// </summary>
public sealed class JsHandle : IAsyncDisposable
{
    private const string Attaching = "/js/attach.js";
    private IJSObjectReference? _module;
    private IJSObjectReference? _attached;
    private bool _isDisposed;

    public bool IsAttached => _attached is not null;

    /// <param name="path">Address of the module, for example <c>/Features/Explorer/InputWall.razor.js</c>.</param>
    /// <param name="arguments">What the module's <c>attach</c> takes: the element first.</param>
    public async Task AttachAsync(IJSRuntime js, string path, params object?[] arguments)
    {
        _module = await js.InvokeAsync<IJSObjectReference>("import", Attaching);
        if (!_isDisposed)
        {
            _attached = await _module.InvokeAsync<IJSObjectReference>("attach", [path, .. arguments]);
        }

        if (_isDisposed)
        {
            await ReleaseAsync();
        }
    }

    /// <summary>Calls a function of what <c>attach</c> returned; does nothing while it is not attached.</summary>
    public ValueTask CallAsync(string function, params object?[] arguments) =>
        _attached is null || _isDisposed ? ValueTask.CompletedTask : _attached.InvokeVoidAsync(function, arguments);

    public async ValueTask DisposeAsync()
    {
        _isDisposed = true;
        await ReleaseAsync();
    }

    private async Task ReleaseAsync()
    {
        var (module, attached) = (_module, _attached);
        (_module, _attached) = (null, null);
        try
        {
            if (attached is not null)
            {
                await attached.InvokeVoidAsync("dispose");
                await attached.DisposeAsync();
            }
            if (module is not null)
            {
                await module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone, and with it what was to be disposed.
        }
    }
}
