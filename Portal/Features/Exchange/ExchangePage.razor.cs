using Microsoft.AspNetCore.Components;
using Portal.Core.Data;
using Portal.Core.Domain.Datasets;
using Portal.Core.Domain.Jobs;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Datasets;
using Portal.Core.Services.Exchange.Export;
using Portal.Core.Services.Exchange.Import;
using Portal.Core.Services.Jobs;
using Portal.Core.Services.Watching;
using Portal.Features.Explorer;
using Portal.Shared.Pages;

namespace Portal.Features.Exchange;

/// <summary>The ways in and out of an app. An Explorer's filter in the address narrows what is exported.</summary>
public sealed partial class ExchangePage : LivePage
{
    private const int Most = 30;
    private IReadOnlyList<Job> _jobs = [];
    private ExplorerQuery _query = ExplorerQuery.Everything;
    private IReadOnlyList<Dataset> _datasets = [];
    private WatchState? _watch;
    private string? _problem;

    /// <summary>Id of a list of addresses to import.</summary>
    [SupplyParameterFromQuery]
    public string? List { get; set; }

    /// <summary>Id of a dataset to export.</summary>
    [SupplyParameterFromQuery]
    public string? Dataset { get; set; }

    [Inject]
    private DatasetService Datasets { get; set; } = null!;

    [Inject]
    private WatchService Watching { get; set; } = null!;

    [Inject]
    private JobService Jobs { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    protected override IReadOnlyList<ChangedNoun> Shown { get; } = [ChangedNoun.Jobs, ChangedNoun.Datasets];

    protected override async Task LoadAsync()
    {
        _query = ExplorerQuery.Parse(Navigation.Uri);
        _jobs = await Jobs.ListAsync(Scope.AppKey, [JobKinds.Export, JobKinds.Import, JobKinds.Dataset], Most, Left);
        _datasets = await Datasets.ListAsync(Scope.AppKey, Left);
        _watch = await Watching.StateAsync(Scope.AppKey, Left);
    }

    private Task ReloadAsync() => LoadAsync();

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
