using Microsoft.AspNetCore.Components;
using Portal.Core.Data;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Users;
using Portal.Core.Domain.Workflows;
using Portal.Core.Services.Concepts;
using Portal.Core.Services.Models;
using Portal.Core.Services.Workflows;
using Portal.Shared.Pages;

namespace Portal.Features.Workflows;

/// <summary>Builds a workflow's first version.</summary>
public sealed partial class WorkflowBuilderPage : LivePage
{
    private readonly WorkflowDraft _draft = new();
    private IReadOnlyList<ModelView> _models = [];
    private IReadOnlyList<Concept> _concepts = [];
    private string _name = "";
    private string _id = "";
    private string? _problem;
    private bool _canSave;
    private bool _isBusy;

    /// <summary>"list" for the list of nodes instead of the canvas.</summary>
    [SupplyParameterFromQuery(Name = "view")]
    public string? View { get; set; }

    [Inject]
    private WorkflowService Workflows { get; set; } = null!;

    [Inject]
    private ModelService Models { get; set; } = null!;

    [Inject]
    private ConceptService Concepts { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    protected override IReadOnlyList<ChangedNoun> Shown { get; } = [ChangedNoun.Models, ChangedNoun.Concepts];

    protected override async Task LoadAsync()
    {
        _models = await Models.ListAsync(Scope.AppKey, Left);
        _concepts = await Concepts.ListAsync(Scope.AppKey, Left);
    }

    private async Task CreateAsync()
    {
        _isBusy = true;
        _problem = await Scope.AttemptAsync(
            Permission.ManageWorkflows,
            async () =>
            {
                var name = string.IsNullOrWhiteSpace(_name) ? "Workflow" : _name;
                var made = await Workflows.CreateAsync(
                    Scope.AppKey,
                    Scope.User.Key,
                    _id.Trim(),
                    name,
                    _draft.ToNodes(),
                    Left
                );
                Navigation.NavigateTo(Scope.Href($"workflows/{made.Workflow.ExternalId}"));
            }
        );
        _isBusy = false;
    }

    private void GoToView(string view) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("view", view == "list" ? view : null), replace: true);
}
