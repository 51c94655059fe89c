using Microsoft.AspNetCore.Components;
using Portal.Core.Data;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Users;
using Portal.Core.Domain.Workflows;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Services.Models;
using Portal.Core.Services.Workflows;
using Portal.Shared.Components;
using Portal.Shared.Pages;

namespace Portal.Features.Workflows;

/// <summary>The app's workflows, and which one runs on new inputs.</summary>
public sealed partial class WorkflowsPage : LivePage
{
    private IReadOnlyList<WorkflowView> _workflows = [];
    private IReadOnlyList<ModelView> _models = [];
    private string? _problem;

    [Inject]
    private WorkflowService Workflows { get; set; } = null!;

    [Inject]
    private ModelService Models { get; set; } = null!;

    [Inject]
    private NodeTypeRegistry Types { get; set; } = null!;

    [Inject]
    private Toasts Toasts { get; set; } = null!;

    protected override IReadOnlyList<ChangedNoun> Shown { get; } =
    [ChangedNoun.Workflows, ChangedNoun.Models, ChangedNoun.Apps];

    protected override async Task LoadAsync()
    {
        _workflows = await Workflows.ListAsync(Scope.AppKey, Left);
        _models = await Models.ListAsync(Scope.AppKey, Left);
    }

    private async Task DeleteAsync(WorkflowView view)
    {
        _problem = await Scope.AttemptAsync(
            Permission.ManageWorkflows,
            () => Workflows.DeleteAsync(Scope.AppKey, view.Workflow.ExternalId, Left)
        );
        if (_problem is null)
        {
            Toasts.ShowUndo(
                $"Deleted the workflow {view.Workflow.Name}.",
                () =>
                    Scope.DoAsync(
                        Permission.ManageWorkflows,
                        () => Workflows.RestoreAsync(Scope.AppKey, view.Workflow.Id, CancellationToken.None)
                    )
            );
        }
    }
}
