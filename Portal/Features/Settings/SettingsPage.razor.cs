using Microsoft.AspNetCore.Components;
using Portal.Core.Data;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Users;
using Portal.Core.Domain.Workflows;
using Portal.Core.Services.Apps;
using Portal.Core.Services.Workflows;
using Portal.Shared.Pages;

namespace Portal.Features.Settings;

/// <summary>The app's settings, its keys and its limits.</summary>
public sealed partial class SettingsPage : LivePage
{
    private App? _app;
    private IReadOnlyList<WorkflowView> _workflows = [];
    private string? _problem;

    [Inject]
    private AppService Apps { get; set; } = null!;

    [Inject]
    private WorkflowService Workflows { get; set; } = null!;

    protected override IReadOnlyList<ChangedNoun> Shown { get; } =
    [ChangedNoun.Apps, ChangedNoun.Workflows, ChangedNoun.Members];

    protected override async Task LoadAsync()
    {
        _app = await Apps.GetAsync(Scope.AppKey, Left);
        _workflows = await Workflows.ListAsync(Scope.AppKey, Left);
    }

    private async Task SetImplicitAsync(bool on) =>
        _problem = await Scope.AttemptAsync(
            Permission.ManageApp,
            () => Apps.UpdateAsync(Scope.AppKey, null, null, on, Left)
        );
}
