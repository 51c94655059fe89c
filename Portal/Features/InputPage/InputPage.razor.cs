using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using Portal.Core.Data;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Explorer;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Videos;
using Portal.Features.Explorer;
using Portal.Shared.Components;
using Portal.Shared.Layout;
using Portal.Shared.Live;

namespace Portal.Features.InputPage;

/// <summary>
/// One input, large, with everything that is said of it. Leafs through the filter it was opened from, which its address
/// carries.
/// </summary>
public sealed partial class InputPage : IDisposable
{
    private static readonly TimeSpan RefreshPause = TimeSpan.FromMilliseconds(300);
    private readonly CancellationTokenSource _left = new();
    private InputDetails? _details;
    private Input? _previous;
    private Input? _next;
    private Exception? _error;
    private Toast? _lastDecision;
    private DecisionPanel? _panel;
    private ChangeWatch? _watch;
    private IDisposable? _keys;

    // The video the input is a frame of, while it is shown in the frame's place.
    private VideoDetails? _video;
    private (long App, string Input, bool AsVideo) _shown;

    [Inject]
    private InputDetailsReader Reader { get; set; } = null!;

    [Inject]
    private InputService Inputs { get; set; } = null!;

    [Inject]
    private InputQueries Queries { get; set; } = null!;

    [Inject]
    private VideoService Videos { get; set; } = null!;

    [Inject]
    private ChangeFeed Changes { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private Toasts Toasts { get; set; } = null!;

    [Inject]
    private KeyList Keys { get; set; } = null!;

    [Parameter]
    public string InputId { get; set; } = "";

    private ExplorerQuery Query => ExplorerQuery.Parse(Navigation.Uri);

    private string ExplorerHref => Scope.Href("explorer") + Query;

    private string Name =>
        _details is not { Input: var input } ? InputId
        : input.FileName.Length > 0 ? input.FileName
        : input.ExternalId;

    private IEnumerable<Input> Neighbours => new[] { _next, _previous }.OfType<Input>();

    private string Ratio =>
        string.Create(CultureInfo.InvariantCulture, $"{_details!.Input.Width}/{_details.Input.Height}");

    public void Dispose()
    {
        // Its undo goes through this page; without it, the input's history is the way.
        CloseLastToast();
        _watch?.Dispose();
        _keys?.Dispose();
        _left.Cancel();
        _left.Dispose();
    }

    protected override void OnInitialized()
    {
        _keys = Keys.Register(
            "Input",
            new KeyHint("1 … 9", "✓ a concept by its key, again to clear"),
            new KeyHint("Shift 1 … 9", "✗ a concept"),
            new KeyHint("A", "Approve the first pending tag"),
            new KeyHint("R", "Reject it"),
            new KeyHint("Z", "Undo the last decision"),
            new KeyHint("← →", "Previous and next input"),
            new KeyHint("0", "Show the picture whole"),
            new KeyHint("G", "Switch between a frame and its video"),
            new KeyHint("Esc", "Back to the Explorer")
        );
        _watch = new ChangeWatch(
            Changes,
            change => change.AppId == _shown.App,
            () => InvokeAsync(ReadAsync),
            DispatchExceptionAsync,
            RefreshPause
        );
    }

    protected override async Task OnParametersSetAsync()
    {
        if ((_shown.App, _shown.Input) == (Scope.AppKey, InputId))
        {
            return;
        }

        _shown = (Scope.AppKey, InputId, _shown.AsVideo);
        await ReadAsync();
        if (_details is { } details)
        {
            await FindNeighboursAsync(details);
        }
    }

    private async Task ReadAsync()
    {
        var wanted = _shown;
        try
        {
            var details = await Reader.ReadAsync(wanted.App, wanted.Input, _left.Token);
            var video =
                wanted.AsVideo && details.Video is { } of
                    ? await Videos.GetDetailsAsync(wanted.App, of.ExternalId, _left.Token)
                    : null;
            if (wanted != _shown)
            {
                return;
            }

            (_details, _video, _error) = (details, video, null);
            StateHasChanged();
        }
        catch (Exception e) when (wanted == _shown && (e as PortalException ?? StorageFault.Of(e)) is not null)
        {
            (_details, _video, _error) = (null, null, e);
            StateHasChanged();
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The page was left.
        }
    }

    private Task ChangeViewAsync()
    {
        _shown.AsVideo = _video is null;
        return ReadAsync();
    }

    private async Task FindNeighboursAsync(InputDetails details)
    {
        var names = await Queries.NamesAsync(Scope.AppKey, _left.Token);
        var list = await Queries.FindAsync(Scope.AppKey, Query.ToFilter(names), _left.Token);
        var (previous, next) = list.Neighbours(details.Input.Id);
        var found = await Queries.InputsAsync([.. new[] { previous, next }.OfType<long>()], _left.Token);
        (_previous, _next) = (found.FirstOrDefault(i => i.Id == previous), found.FirstOrDefault(i => i.Id == next));
    }

    // Labelling is quick; one toast for the latest decision is enough, and Z goes back further.
    private void SayDecided(DecisionMade decision)
    {
        CloseLastToast();
        var concept =
            _details?.Concepts.FirstOrDefault(c => c.ExternalId == decision.ConceptId)?.Name ?? decision.ConceptId;
        var what = decision.Value switch
        {
            1 => $"✓ {concept}",
            0 => $"✗ {concept}",
            _ => $"Cleared {concept}",
        };
        Toasts.ShowUndo(what, () => _panel?.UndoAsync(decision.DecisionId) ?? Task.CompletedTask);
        _lastDecision = Toasts.Shown[^1];
    }

    private void SayUndone(DecisionMade decision) => CloseLastToast();

    private void CloseLastToast()
    {
        if (_lastDecision is { } toast)
        {
            Toasts.Close(toast);
        }

        _lastDecision = null;
    }

    private async Task SaveMetadataAsync(JsonObject metadata)
    {
        await Scope.DoAsync(
            Permission.ManageInputs,
            () => Inputs.SetMetadataAsync(Scope.AppKey, InputId, metadata, _left.Token)
        );
        await ReadAsync();
        Toasts.Show("Saved the metadata", StatusKind.Success);
    }

    private async Task RetryAsync()
    {
        await Scope.DoAsync(Permission.ManageInputs, () => Inputs.RetryAsync(Scope.AppKey, InputId, _left.Token));
        await ReadAsync();
    }

    private async Task DeleteAsync()
    {
        var (scope, id, inputs) = (Scope, _details!.Input.Id, Inputs);
        var name = Name;
        await scope.DoAsync(Permission.ManageInputs, () => inputs.DeleteAsync(scope.AppKey, InputId, _left.Token));
        Toasts.ShowUndo(
            $"Deleted {Text.Shown(name)}",
            () =>
                scope.DoAsync(
                    Permission.ManageInputs,
                    () => inputs.RestoreAsync(scope.AppKey, id, CancellationToken.None)
                )
        );
        Navigation.NavigateTo(_next is { } next ? InputHref(next.ExternalId) : ExplorerHref);
    }

    private string TraceHref(long workflowVersionId) => Scope.Href($"runs/{InputId}/{workflowVersionId}");

    private string InputHref(string inputId) => Scope.Href($"inputs/{inputId}{Query}");
}
