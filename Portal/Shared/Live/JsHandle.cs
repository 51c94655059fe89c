using Microsoft.JSInterop;

namespace Portal.Shared.Live;

/// <summary>
/// A collocated script at work on an element: what its <c>attach</c> function returned, with the module it came from.
/// The returned object's <c>dispose</c> is called when the component goes.
/// </summary>
public sealed class JsHandle : IAsyncDisposable
{
    private readonly IJSObjectReference _module;
    private readonly IJSObjectReference _attached;

    private JsHandle(IJSObjectReference module, IJSObjectReference attached)
    {
        _module = module;
        _attached = attached;
    }

    /// <param name="path">Address of the module, for example <c>/Features/Inputs/InputWall.razor.js</c>.</param>
    /// <param name="arguments">What the module's <c>attach</c> takes.</param>
    public static async Task<JsHandle> AttachAsync(IJSRuntime js, string path, params object?[] arguments)
    {
        var module = await js.InvokeAsync<IJSObjectReference>("import", path);
        return new JsHandle(module, await module.InvokeAsync<IJSObjectReference>("attach", arguments));
    }

    public ValueTask CallAsync(string function, params object?[] arguments) => _attached.InvokeVoidAsync(function, arguments);

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _attached.InvokeVoidAsync("dispose");
            await _attached.DisposeAsync();
            await _module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone, and with it what was to be disposed.
        }
    }
}
