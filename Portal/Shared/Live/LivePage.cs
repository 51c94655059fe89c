using Microsoft.AspNetCore.Components;
using Portal.Core.Storage;
using Portal.Shared.Layout;

namespace Portal.Shared.Live;

/// <summary>Base of the app pages that show what is stored, and read it again when something they show has changed.</summary>
public abstract class LivePage : AppPage, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private readonly CancellationTokenSource _left = new();
    private ChangeWatch? _watch;

    [Inject] private ChangeFeed Feed { get; set; } = null!;
    [Inject] protected TimeProvider Clock { get; set; } = null!;

    /// <summary>Cancelled when the page is left.</summary>
    protected CancellationToken Left => _left.Token;

    protected bool IsLoaded { get; private set; }

    /// <summary>Why the page could not be read, or null.</summary>
    protected string? LoadProblem { get; private set; }

    /// <summary>The nouns whose changes the page shows.</summary>
    protected abstract IReadOnlyList<ChangedNoun> Shown { get; }

    /// <summary>Reads everything the page shows. Called at first, for new parameters, and after changes.</summary>
    protected abstract Task LoadAsync();

    protected override void OnInitialized() =>
        _watch = new ChangeWatch(Feed, change => change.AppId == Scope.AppKey && Shown.Contains(change.Noun), () => InvokeAsync(RefreshAsync), Pause, Clock);

    protected override Task OnParametersSetAsync() => ReadAsync();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (!disposing) return;
        _watch?.Dispose();
        _left.Cancel();
        _left.Dispose();
    }

    private async Task RefreshAsync()
    {
        if (_left.IsCancellationRequested) return;
        try
        {
            await ReadAsync();
            StateHasChanged();
        }
        catch (OperationCanceledException)
        {
            // The page was left while it was read.
        }
        // A refresh has no caller to fail: the error boundary is told instead.
#pragma warning disable CA1031
        catch (Exception e)
#pragma warning restore CA1031
        {
            await DispatchExceptionAsync(e);
        }
    }

    private async Task ReadAsync()
    {
        LoadProblem = await Attempt.ToAsync(LoadAsync);
        IsLoaded = true;
    }
}
