using Microsoft.AspNetCore.Components;
using Portal.Core.Data;
using Portal.Core.Domain.Jobs;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Explorer;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Jobs;
using Portal.Core.Services.Reembedding;
using Portal.Shared.Pages;

namespace Portal.Features.Jobs;

/// <summary>What the app is working on: the queue of inputs, and its jobs, newest first.</summary>
public sealed partial class JobsPage : LivePage
{
    private const int Most = 100;
    private const int MostFailures = 5;
    private IReadOnlyList<Job> _jobs = [];
    private InputStatusCounts _inputs = new(0, 0, 0, 0);
    private IReadOnlyList<FailureReason> _failures = [];
    private IReadOnlyList<FailureReason> _held = [];
    private EmbedderChange? _change;
    private Dictionary<long, BoardJob> _places = [];
    private string? _timeLeft;
    private string? _problem;

    [Inject]
    private JobService Jobs { get; set; } = null!;

    [Inject]
    private JobBoard Board { get; set; } = null!;

    [Inject]
    private InputService Inputs { get; set; } = null!;

    [Inject]
    private InputQueue Queue { get; set; } = null!;

    [Inject]
    private FailedInputs Failed { get; set; } = null!;

    [Inject]
    private ReembeddingService Reembedding { get; set; } = null!;

    [Inject]
    private WorkPace Pace { get; set; } = null!;

    protected override IReadOnlyList<ChangedNoun> Shown { get; } =
    [ChangedNoun.Jobs, ChangedNoun.Inputs, ChangedNoun.Models, ChangedNoun.Workflows];

    protected override async Task LoadAsync()
    {
        var jobs = await Jobs.ListAsync(Scope.AppKey, Most, Left);
        // What runs stands first, what waits follows by turn; then what is over, the newest on top.
        _jobs =
        [
            .. jobs.Where(j => !j.IsOver).OrderBy(j => j.State != JobState.Running).ThenBy(j => j.Id),
            .. jobs.Where(j => j.IsOver),
        ];
        // Other apps' jobs take turns with this one's, but are nobody's business here.
        _places = jobs.All(j => j.IsOver)
            ? []
            : (await Board.OpenAsync(Left)).Where(j => j.App.Id == Scope.AppKey).ToDictionary(j => j.Job.Id);
        _inputs = await Inputs.CountAsync(Scope.AppKey, Left);
        _failures = _inputs.Errors == 0 ? [] : await Failed.ReasonsAsync(Scope.AppKey, MostFailures, Left);
        _held = _inputs.Held == 0 ? [] : await Failed.ReasonsHeldAsync(Scope.AppKey, MostFailures, Left);
        _change = await Reembedding.StateAsync(Scope.AppKey, Left);
        _timeLeft = _inputs.UnderWay == 0 ? null : await TimeLeftAsync();
    }

    /// <summary>Inputs of all apps share the workers, so the whole queue is what this app's waits for.</summary>
    private async Task<string?> TimeLeftAsync()
    {
        var depth = await Queue.DepthAsync(Left);
        return WorkFormatter.Left(depth.Waiting + depth.InProgress, Pace.PerSecond());
    }

    private async Task RetryAsync(FailureReason failure) =>
        _problem = await Scope.AttemptAsync(
            Permission.ManageInputs,
            () => Inputs.RetryAsync(Scope.AppKey, null, Left, failure.Reason)
        );

    private async Task ReembedAsync() =>
        _problem = await Scope.AttemptAsync(
            Permission.ManageJobs,
            () => Reembedding.StartAsync(Scope.AppKey, Scope.User.Key, CancellationToken.None)
        );

    private async Task CancelAsync(Job job) =>
        _problem = await Scope.AttemptAsync(
            Permission.ManageJobs,
            () => Jobs.CancelAsync(Scope.AppKey, job.ExternalId, Left)
        );

    private async Task PauseAsync(Job job) =>
        _problem = await Scope.AttemptAsync(
            Permission.ManageJobs,
            () => Jobs.PauseAsync(Scope.AppKey, job.ExternalId, Left)
        );

    private async Task ResumeAsync(Job job) =>
        _problem = await Scope.AttemptAsync(
            Permission.ManageJobs,
            () => Jobs.ResumeAsync(Scope.AppKey, job.ExternalId, Left)
        );
}
