using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Jobs;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Bulk;
using Portal.Core.Services.Explorer;
using Portal.Core.Services.Jobs;
using Portal.Shared.Components;
using Portal.Shared.Live;
using Portal.Shared.Pages;

namespace Portal.Features.Explorer;

public sealed partial class BulkBar
{
    /// <summary>Up to here a person waits for a step; above it is a job, which outlives the page.</summary>
    private const int MostAtOnce = 1000;

    private bool _isRunOpen;
    private int? _done;
    private int _total;

    [Inject]
    private BulkService Bulk { get; set; } = null!;

    [Inject]
    private JobService Jobs { get; set; } = null!;

    [Inject]
    private InputQueries Queries { get; set; } = null!;

    [Inject]
    private Toasts Toasts { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    [Parameter, EditorRequired]
    public AppScope Scope { get; set; } = null!;

    [Parameter, EditorRequired]
    public Selection Selection { get; set; } = null!;

    /// <summary>Inputs the filter matches.</summary>
    [Parameter]
    public int Matching { get; set; }

    [Parameter]
    public IReadOnlyList<Concept> Concepts { get; set; } = [];

    [Parameter]
    public EventCallback OnSelectAll { get; set; }

    [Parameter]
    public EventCallback OnSimilar { get; set; }

    [Parameter]
    public EventCallback OnClear { get; set; }

    private async Task Do(BulkKind kind, Concept? concept)
    {
        var (inputs, step) = (Selection.Keys.Clone(), Bulk.Begin(kind, concept?.Id));
        _total = inputs.Count;
        if (_total > MostAtOnce)
        {
            if (await Attempt.ToAsync(() => StartJobAsync(step, inputs, Title(step, concept, _total))) is { } refused)
            {
                Toasts.Show(refused, StatusKind.Failed);
            }

            return;
        }
        _done = 0;
        var result = default(BulkResult);
        // SQLite works on the calling thread, and this page's has progress to show meanwhile.
        var problem = await Scope.AttemptAsync(
            NeededFor(kind),
            async () =>
                result = await Task.Run(() =>
                    Bulk.ApplyAsync(Scope.AppKey, Scope.User.Key, step, inputs, Progress, CancellationToken.None)
                )
        );
        _done = null;
        if (problem is not null)
        {
            Toasts.Show(problem, StatusKind.Failed);
        }
        else if (result.Inputs == 0)
        {
            Toasts.Show(Nothing(kind, concept));
        }
        else if (kind == BulkKind.Delete)
        {
            await OnClear.InvokeAsync();
        }
        // Whatever was done before a failure can be taken back too.
        if (result.Inputs > 0 || problem is not null)
        {
            ShowUndo(Said(step, concept, result), step, inputs);
        }
    }

    private void ShowUndo(string text, BulkStep step, InputSet inputs)
    {
        var (bulk, scope) = (Bulk, Scope);
        Toasts.ShowUndo(
            text,
            () =>
                scope.DoAsync(
                    NeededFor(step.Kind),
                    () => bulk.UndoAsync(scope.AppKey, scope.User.Key, step, inputs, _ => { }, CancellationToken.None)
                )
        );
    }

    private async Task StartJobAsync(BulkStep step, InputSet inputs, string title)
    {
        var (jobs, scope) = (Jobs, Scope);
        var parameters = new BulkJob.Parameters(step, inputs.ToString());
        await scope.RequireAsync(NeededFor(step.Kind));
        var job = await jobs.StartAsync(
            scope.AppKey,
            scope.User.Key,
            JobKinds.Bulk,
            title,
            parameters,
            CancellationToken.None
        );
        await OnClear.InvokeAsync();
        // Jobs run one after another, so the step has stopped before it is taken back.
        Toasts.ShowUndo(
            $"Started: {title}",
            async () =>
            {
                await scope.RequireAsync(NeededFor(step.Kind));
                await jobs.CancelAsync(scope.AppKey, job.ExternalId, CancellationToken.None);
                await jobs.StartAsync(
                    scope.AppKey,
                    scope.User.Key,
                    JobKinds.Bulk,
                    $"Undo: {title}",
                    parameters with
                    {
                        Undo = true,
                    },
                    CancellationToken.None
                );
            }
        );
    }

    private static Permission NeededFor(BulkKind kind) =>
        kind switch
        {
            BulkKind.Present or BulkKind.Absent => Permission.Label,
            BulkKind.Approve or BulkKind.Reject => Permission.Review,
            _ => Permission.ManageInputs,
        };

    private void Progress(int done)
    {
        _done = done;
        _ = InvokeAsync(StateHasChanged);
    }

    private async Task ExportAsync()
    {
        var ids = await Queries.IdsAsync(Selection.Keys, CancellationToken.None);
        using var content = new DotNetStreamReference(
            new MemoryStream(Encoding.UTF8.GetBytes(string.Concat(ids.Select(id => id + "\n"))))
        );
        await using var script = await Js.InvokeAsync<IJSObjectReference>(
            "import",
            "/Features/Explorer/BulkBar.razor.js"
        );
        await script.InvokeVoidAsync("save", $"{Scope.App.ExternalId}-inputs.txt", content);
        Toasts.Show($"Saved the ids of {Inputs(ids.Count)}", StatusKind.Success);
    }

    private static string Title(BulkStep step, Concept? concept, int count) =>
        step.Kind switch
        {
            BulkKind.Present => $"✓ {concept!.Name} on {Inputs(count)}",
            BulkKind.Absent => $"✗ {concept!.Name} on {Inputs(count)}",
            BulkKind.Approve => $"Approve {concept?.Name ?? "all pending tags"} on {Inputs(count)}",
            BulkKind.Reject => $"Reject {concept?.Name ?? "all pending tags"} on {Inputs(count)}",
            _ => $"Delete {Inputs(count)}",
        };

    private static string Said(BulkStep step, Concept? concept, BulkResult result) =>
        step.Kind switch
        {
            BulkKind.Present => $"✓ {concept!.Name} on {Inputs(result.Inputs)}",
            BulkKind.Absent => $"✗ {concept!.Name} on {Inputs(result.Inputs)}",
            BulkKind.Approve => $"Approved {Tags(result.Tags)} on {Inputs(result.Inputs)}",
            BulkKind.Reject => $"Rejected {Tags(result.Tags)} on {Inputs(result.Inputs)}",
            _ => $"Deleted {Inputs(result.Inputs)}",
        };

    private static string Nothing(BulkKind kind, Concept? concept) =>
        kind switch
        {
            BulkKind.Present => $"All of them have ✓ {concept!.Name} already.",
            BulkKind.Absent => $"All of them have ✗ {concept!.Name} already.",
            BulkKind.Delete => "They are gone already.",
            _ => concept is null ? "No tag of theirs is pending." : $"{concept.Name} is pending on none of them.",
        };

    private static string Inputs(int count) => count == 1 ? "1 input" : $"{Number(count)} inputs";

    private static string Tags(int count) => count == 1 ? "1 tag" : $"{Number(count)} tags";

    private static string Number(int count) => count.ToString("N0", CultureInfo.CurrentCulture);
}
