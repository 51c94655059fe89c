using Microsoft.AspNetCore.Components;
using Portal.Core.Inputs;
using Portal.Core.Jobs;
using Portal.Core.Storage;
using Portal.Core.Users;
using Portal.Shared.Live;

namespace Portal.Features.Jobs;

/// <summary>What the app is working on: the queue of inputs, and its jobs, newest first.</summary>
public sealed partial class JobsPage : LivePage
{
    private const int Most = 100;
    private IReadOnlyList<Job> _jobs = [];
    private InputStatusCounts _inputs = new(0, 0, 0, 0);
    private string? _problem;

    [Inject] private JobService Jobs { get; set; } = null!;
    [Inject] private InputService Inputs { get; set; } = null!;

    protected override IReadOnlyList<ChangedNoun> Shown { get; } = [ChangedNoun.Jobs, ChangedNoun.Inputs];

    protected override async Task LoadAsync()
    {
        var jobs = await Jobs.ListAsync(Scope.AppKey, Most, Left);
        // What runs or waits stands first; both parts keep the newest on top.
        _jobs = [.. jobs.OrderBy(j => j.IsOver)];
        _inputs = await Inputs.CountAsync(Scope.AppKey, Left);
    }

    private async Task CancelAsync(Job job) => _problem = await Scope.AttemptAsync(Permission.ManageJobs, () => Jobs.CancelAsync(Scope.AppKey, job.ExternalId, Left));

    private async Task PauseAsync(Job job) => _problem = await Scope.AttemptAsync(Permission.ManageJobs, () => Jobs.PauseAsync(Scope.AppKey, job.ExternalId, Left));

    private async Task ResumeAsync(Job job) => _problem = await Scope.AttemptAsync(Permission.ManageJobs, () => Jobs.ResumeAsync(Scope.AppKey, job.ExternalId, Left));
}
