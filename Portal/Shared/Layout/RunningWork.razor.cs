using System.Globalization;
using Microsoft.AspNetCore.Components;
using Portal.Core.Data;
using Portal.Core.Domain.Jobs;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Jobs;
using Portal.Shared.Live;
using Portal.Shared.Pages;

namespace Portal.Shared.Layout;

public sealed partial class RunningWork
{
    private static readonly TimeSpan RefreshPause = TimeSpan.FromMilliseconds(500);
    private readonly CancellationTokenSource _gone = new();
    private ChangeWatch? _watch;
    private Job? _job;
    private int _left;

    // Inputs of the current rush: the queue forgets what it has done, so the longest it was is what the end is measured
    // by.
    private int _batch;

    [Inject]
    private ChangeFeed Changes { get; set; } = null!;

    [Inject]
    private InputService Inputs { get; set; } = null!;

    [Inject]
    private JobService Jobs { get; set; } = null!;

    [Parameter, EditorRequired]
    public AppScope Scope { get; set; } = null!;

    public void Dispose()
    {
        _watch?.Dispose();
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override Task OnInitializedAsync()
    {
        var appKey = Scope.AppKey;
        _watch = new ChangeWatch(
            Changes,
            change => change.AppId == appKey && change.Noun is (ChangedNoun.Inputs or ChangedNoun.Jobs),
            () => InvokeAsync(RefreshAsync),
            DispatchExceptionAsync,
            RefreshPause
        );
        return RefreshAsync();
    }

    private async Task RefreshAsync()
    {
        var counts = await Inputs.CountAsync(Scope.AppKey, _gone.Token);
        _job = (await Jobs.ListAsync(Scope.AppKey, 10, _gone.Token)).FirstOrDefault(j =>
            j is { IsOver: false, State: not JobState.Paused }
        );
        _left = counts.UnderWay;
        _batch = _left == 0 ? 0 : Math.Max(_batch, _left);
        StateHasChanged();
    }

    private static string Number(int count) => count.ToString("N0", CultureInfo.CurrentCulture);
}
