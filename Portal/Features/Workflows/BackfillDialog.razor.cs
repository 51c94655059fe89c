using Microsoft.AspNetCore.Components;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Jobs;
using Portal.Core.Domain.Users;
using Portal.Core.Domain.Workflows;
using Portal.Core.Services.Automation;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Jobs;
using Portal.Shared.Components;
using Portal.Shared.Pages;

namespace Portal.Features.Workflows;

public sealed partial class BackfillDialog
{
    private int? _count;
    private string? _problem;
    private bool _wasOpen;

    [Parameter]
    public bool Open { get; set; }

    [Parameter]
    public EventCallback<bool> OpenChanged { get; set; }

    [Parameter, EditorRequired]
    public string Name { get; set; } = "";

    [Parameter, EditorRequired]
    public WorkflowVersionView Version { get; set; } = null!;

    [Parameter, EditorRequired]
    public IReadOnlyList<Concept> Concepts { get; set; } = [];

    [Parameter, EditorRequired]
    public AppScope Scope { get; set; } = null!;

    [Inject]
    private InputService Inputs { get; set; } = null!;

    [Inject]
    private JobService Jobs { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private Toasts Toasts { get; set; } = null!;

    protected override async Task OnParametersSetAsync()
    {
        var isOpening = Open && !_wasOpen;
        _wasOpen = Open;
        if (!isOpening)
        {
            return;
        }

        (_count, _problem) = (null, null);
        _count = (await Inputs.CountAsync(Scope.AppKey, CancellationToken.None)).Processed;
    }

    private async Task StartAsync()
    {
        _problem = await Scope.AttemptAsync(
            Permission.ManageWorkflows,
            () =>
                Jobs.StartAsync(
                    Scope.AppKey,
                    Scope.User.Key,
                    JobKinds.Backfill,
                    $"Run {Name} v{Version.Number} on existing inputs",
                    new BackfillJob.Parameters(Version.Id),
                    CancellationToken.None
                )
        );
        if (_problem is not null)
        {
            return;
        }

        Toasts.Show("Started. This page can be left; the work goes on.", StatusKind.Running);
        Navigation.NavigateTo(Scope.Href("jobs"));
    }
}
