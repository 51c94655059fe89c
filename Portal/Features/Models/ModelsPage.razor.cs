using Microsoft.AspNetCore.Components;
using Portal.Core.Data;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Users;
using Portal.Core.Domain.Workflows;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Services.Concepts;
using Portal.Core.Services.Models;
using Portal.Core.Services.Workflows;
using Portal.Shared.Components;
using Portal.Shared.Pages;

namespace Portal.Features.Models;

/// <summary>The app's models with their latest versions.</summary>
public sealed partial class ModelsPage : LivePage
{
    private IReadOnlyList<ModelView> _models = [];
    private IReadOnlyList<ModelView> _own = [];
    private IEnumerable<IGrouping<Workflow, ModelView>> _helpers = [];
    private IReadOnlyList<Concept> _concepts = [];
    private string? _problem;

    [Inject]
    private ModelService Models { get; set; } = null!;

    [Inject]
    private WorkflowService Workflows { get; set; } = null!;

    [Inject]
    private ConceptService Concepts { get; set; } = null!;

    [Inject]
    private NodeTypeRegistry Types { get; set; } = null!;

    [Inject]
    private Toasts Toasts { get; set; } = null!;

    protected override IReadOnlyList<ChangedNoun> Shown { get; } =
    [ChangedNoun.Models, ChangedNoun.Concepts, ChangedNoun.Workflows];

    protected override async Task LoadAsync()
    {
        // What learns stands first: it is what people come back to; the rest are its tools.
        _models =
        [
            .. (await Models.ListAsync(Scope.AppKey, Left)).OrderByDescending(m =>
                Types.Get(m.Model.TypeId).NeedsTraining
            ),
        ];
        var workflows = await Workflows.ListAsync(Scope.AppKey, Left);
        var byWorkflow = _models.ToLookup(m => HelperModels.WorkflowOf(m, Types, workflows));
        _own = [.. byWorkflow[null]];
        _helpers = byWorkflow.Where(group => group.Key is not null)!;
        _concepts = await Concepts.ListAsync(Scope.AppKey, Left);
    }

    private async Task DeleteAsync(ModelView view)
    {
        _problem = await Scope.AttemptAsync(
            Permission.ManageModels,
            () => Models.DeleteAsync(Scope.AppKey, view.Model.ExternalId, Left)
        );
        if (_problem is null)
        {
            Toasts.ShowUndo(
                $"Deleted the model {view.Model.Name}.",
                () =>
                    Scope.DoAsync(
                        Permission.ManageModels,
                        () => Models.RestoreAsync(Scope.AppKey, view.Model.Id, CancellationToken.None)
                    )
            );
        }
    }
}
