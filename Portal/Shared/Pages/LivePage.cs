using Microsoft.AspNetCore.Components;
using Portal.Core.Data;
using Portal.Shared.Live;

namespace Portal.Shared.Pages;

/// <summary>
/// Base of the app pages that show what is stored, and read it again when something they show has changed.
/// </summary>
public abstract class LivePage : AppPage, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private readonly CancellationTokenSource _left = new();
    private ChangeWatch? _watch;

    [Inject]
    private ChangeFeed Feed { get; set; } = null!;

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

    /// <summary>Cancelled when the page is left. Good after that too, for what is still under way then.</summary>
    protected CancellationToken Left { get; }

    protected bool IsLoaded { get; private set; }

    /// <summary>Why the page could not be read, or null.</summary>
    protected string? LoadProblem { get; private set; }

    /// <summary>The nouns whose changes the page shows.</summary>
    protected abstract IReadOnlyList<ChangedNoun> Shown { get; }

    /// <summary>Reads everything the page shows. Called at first, for new parameters, and after changes.</summary>
    protected abstract Task LoadAsync();

    protected LivePage() => Left = _left.Token;

    protected override void OnInitialized() =>
        _watch = new ChangeWatch(
            Feed,
            change => change.AppId == Scope.AppKey && Shown.Contains(change.Noun),
            () => InvokeAsync(RefreshAsync),
            DispatchExceptionAsync,
            Pause,
            Clock
        );

    protected override Task OnParametersSetAsync() => ReadAsync();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
        {
            return;
        }

        _watch?.Dispose();
        _left.Cancel();
        _left.Dispose();
    }

    private async Task RefreshAsync()
    {
        if (Left.IsCancellationRequested)
        {
            return;
        }

        await ReadAsync();
        StateHasChanged();
    }

    private async Task ReadAsync()
    {
        LoadProblem = await Attempt.ToAsync(LoadAsync);
        IsLoaded = true;
    }
}
