using System.Globalization;
using Microsoft.AspNetCore.Components;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Explorer;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Jobs;
using Portal.Core.Services.Reembedding;
using Portal.Core.Services.Storage;
using Portal.Core.Services.Users;
using Portal.Shared.Access;
using Portal.Shared.Components;
using Portal.Shared.Identity;
using Portal.Shared.Live;

namespace Portal.Features.Jobs;

public sealed partial class SiteJobsPage
{
    private const int MostFailures = 8;
    private const int MostFailed = 20;
    private static readonly TimeSpan FailedSince = TimeSpan.FromDays(7);

    /// <summary>
    /// Rates and standstills change by mere time, so the page looks at intervals instead of waiting for a change.
    /// </summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _left = new();
    private IReadOnlyList<BoardJob> _open = [];
    private IReadOnlyList<BoardJob> _failed = [];
    private IReadOnlyList<FailureReason> _failures = [];
    private IReadOnlyList<FailureReason> _held = [];
    private IReadOnlyList<(App App, string OwnerId, EmbedderChange Change)> _changed = [];
    private Dictionary<long, Role> _roles = [];
    private QueueDepth? _depth;
    private bool _isCleaning;
    private string? _notReady;
    private string? _loadProblem;
    private string? _problem;

    [CascadingParameter]
    public CurrentUser User { get; set; } = null!;

    [Inject]
    private SiteOwner Site { get; set; } = null!;

    [Inject]
    private WorkPace Pace { get; set; } = null!;

    [Inject]
    private JobBoard Board { get; set; } = null!;

    [Inject]
    private JobService Jobs { get; set; } = null!;

    [Inject]
    private InputQueue Queue { get; set; } = null!;

    [Inject]
    private InputService Inputs { get; set; } = null!;

    [Inject]
    private FailedInputs Failed { get; set; } = null!;

    [Inject]
    private ReembeddingService Reembedding { get; set; } = null!;

    [Inject]
    private BlobCleanup Cleanup { get; set; } = null!;

    [Inject]
    private StorageProbe Probe { get; set; } = null!;

    [Inject]
    private MembershipService Members { get; set; } = null!;

    [Inject]
    private Toasts Toasts { get; set; } = null!;

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

    protected override async Task OnInitializedAsync()
    {
        if (!Site.Is(User))
        {
            return;
        }

        await ReadAsync();
        _ = LookAgainAsync(_left.Token);
    }

    public void Dispose()
    {
        _left.Cancel();
        _left.Dispose();
    }

    private async Task LookAgainAsync(CancellationToken left)
    {
        try
        {
            using var timer = new PeriodicTimer(LookEvery, Clock);
            while (await timer.WaitForNextTickAsync(left))
            {
                await InvokeAsync(async () =>
                {
                    await ReadAsync();
                    StateHasChanged();
                });
            }
        }
        catch (OperationCanceledException)
        {
            // The page was left.
        }
    }

    /// <summary>
    /// Why the data directory cannot do its work; what the page could not read then is no second problem.
    /// </summary>
    private string? Fault =>
        _notReady is null
            ? _loadProblem
            : $"{_notReady} Until then nothing can be saved. What waits goes on by itself.";

    private async Task ReadAsync()
    {
        var left = _left.Token;
        _loadProblem = await Attempt.ToAsync(async () =>
        {
            var stoodStill = _notReady is not null;
            _notReady = await Probe.WhyNotReadyAsync(left);
            // What failed for the same reason can be tried again.
            if (stoodStill && _notReady is null)
            {
                _problem = null;
            }

            _open = await Board.OpenAsync(left);
            _failed = await Board.FailedAsync(Clock.GetUtcNow().UtcDateTime - FailedSince, MostFailed, left);
            _failures = await Failed.ReasonsAsync(null, MostFailures, left);
            _held = await Failed.ReasonsHeldAsync(null, MostFailures, left);
            _changed = await Reembedding.OverviewAsync(left);
            _roles = await Members.RolesAsync(User.Key, left);
            _depth = await Queue.DepthAsync(left);
        });
    }

    /// <summary>The owner's own role in an app; null in one of others.</summary>
    private Role? RoleIn(long appKey) => _roles.TryGetValue(appKey, out var role) ? role : null;

    /// <summary>
    /// Whoever changed the embedder may have every app's inputs embedded again: it shows nothing of them.
    /// </summary>
    private Task ReembedAsync(long? appKey) =>
        AttemptAsync(async () =>
        {
            Site.Require(User);
            foreach (var (app, _, _) in _changed.Where(c => appKey is null || c.App.Id == appKey))
            {
                await Reembedding.StartAsync(app.Id, User.Key, CancellationToken.None);
            }
        });

    private Task CancelAsync(BoardJob job) =>
        AttemptAsync(async () =>
        {
            await Members.RequireAsync(job.App.Id, User.Key, Permission.ManageJobs, CancellationToken.None);
            await Jobs.CancelAsync(job.App.Id, job.Job.ExternalId, CancellationToken.None);
        });

    private Task PauseAsync(BoardJob job) =>
        AttemptAsync(async () =>
        {
            await Members.RequireAsync(job.App.Id, User.Key, Permission.ManageJobs, CancellationToken.None);
            await Jobs.PauseAsync(job.App.Id, job.Job.ExternalId, CancellationToken.None);
        });

    private Task ResumeAsync(BoardJob job) =>
        AttemptAsync(async () =>
        {
            await Members.RequireAsync(job.App.Id, User.Key, Permission.ManageJobs, CancellationToken.None);
            await Jobs.ResumeAsync(job.App.Id, job.Job.ExternalId, CancellationToken.None);
        });

    private Task RetryAsync(FailureReason failure) =>
        AttemptAsync(async () =>
        {
            await Members.RequireAsync(failure.AppKey, User.Key, Permission.ManageInputs, CancellationToken.None);
            var queued = await Inputs.RetryAsync(failure.AppKey, null, CancellationToken.None, failure.Reason);
            Toasts.Show(
                string.Create(
                    CultureInfo.CurrentCulture,
                    $"Queued {queued:N0} failed {(queued == 1 ? "input" : "inputs")} of {failure.AppName} again."
                )
            );
        });

    private async Task TakeHeldAsync()
    {
        _isCleaning = true;
        await AttemptAsync(async () =>
        {
            Site.Require(User);
            var taken = await Cleanup.TakeHeldAsync(CancellationToken.None);
            Toasts.Show(
                string.Create(
                    CultureInfo.CurrentCulture,
                    $"Moved {taken:N0} stored {(taken == 1 ? "file" : "files")} to quarantine."
                )
            );
        });
        _isCleaning = false;
    }

    private async Task AttemptAsync(Func<Task> action)
    {
        _problem = await Attempt.ToAsync(action);
        await ReadAsync();
    }
}
