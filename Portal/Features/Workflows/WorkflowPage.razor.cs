using Microsoft.AspNetCore.Components;
using Portal.Core.Data;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Users;
using Portal.Core.Domain.Workflows;
using Portal.Core.Services.Concepts;
using Portal.Core.Services.Models;
using Portal.Core.Services.Workflows;
using Portal.Shared.Components;
using Portal.Shared.Pages;

namespace Portal.Features.Workflows;

/// <summary>
/// One workflow: its graph, edited into new versions, what it gives on inputs, and its history. Part, version and input
/// live in the address.
/// </summary>
public sealed partial class WorkflowPage : LivePage
{
    private static readonly Choice<string>[] Parts =
    [
        new("nodes", "Nodes"),
        new("results", "Results"),
        new("versions", "Versions"),
        new("precision", "Live precision"),
    ];
    private WorkflowView? _view;
    private WorkflowVersionView? _version;
    private WorkflowDraft _draft = new();
    private IReadOnlyList<ModelView> _models = [];
    private IReadOnlyList<Concept> _concepts = [];
    private string? _problem;
    private bool _isChanged;
    private bool _canSave;
    private bool _isBusy;
    private Asked _open;

    private enum Asked
    {
        Nothing,
        Default,
        Backfill,
    }

    [Parameter]
    public string WorkflowId { get; set; } = "";

    [SupplyParameterFromQuery(Name = "part")]
    public string? Part { get; set; }

    /// <summary>"list" for the list of nodes instead of the canvas.</summary>
    [SupplyParameterFromQuery(Name = "view")]
    public string? View { get; set; }

    /// <summary>The number of the version to show; the latest where none is named.</summary>
    [SupplyParameterFromQuery(Name = "version")]
    public int? Number { get; set; }

    /// <summary>Numbers of the versions whose differences are shown.</summary>
    [SupplyParameterFromQuery(Name = "from")]
    public int? From { get; set; }

    [SupplyParameterFromQuery(Name = "to")]
    public int? To { get; set; }

    [SupplyParameterFromQuery(Name = "input")]
    public string? InputId { get; set; }

    [Inject]
    private WorkflowService Workflows { get; set; } = null!;

    [Inject]
    private ModelService Models { get; set; } = null!;

    [Inject]
    private ConceptService Concepts { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private Toasts Toasts { get; set; } = null!;

    protected override IReadOnlyList<ChangedNoun> Shown { get; } =
    [ChangedNoun.Workflows, ChangedNoun.Models, ChangedNoun.Concepts];

    protected override async Task LoadAsync()
    {
        if (_view?.Workflow.ExternalId != WorkflowId)
        {
            (_view, _version) = (null, null);
        }

        _models = await Models.ListAsync(Scope.AppKey, Left);
        _concepts = await Concepts.ListAsync(Scope.AppKey, Left);
        _view = await Workflows.GetAsync(Scope.AppKey, WorkflowId, Left);
        var version = _view.Versions.FirstOrDefault(v => v.Number == Number) ?? _view.Latest;
        // What a person is changing stays until another version is shown; versions themselves never change.
        if (version.Id != _version?.Id)
        {
            Show(version);
        }

        _version = version;
    }

    private void Show(WorkflowVersionView version) =>
        (_draft, _isChanged, _problem) = (WorkflowDraft.Of(version), false, null);

    private void Discard() => Show(_version!);

    private void Checked(bool canSave) => (_canSave, _isChanged) = (canSave, !_draft.IsSameAs(_version!));

    private void Close(bool open) => _open = Asked.Nothing;

    private async Task SaveAsync()
    {
        _isBusy = true;
        _problem = await Scope.AttemptAsync(
            Permission.ManageWorkflows,
            async () =>
            {
                var saved = await Workflows.AddVersionAsync(
                    Scope.AppKey,
                    Scope.User.Key,
                    WorkflowId,
                    null,
                    _draft.ToNodes(),
                    Left
                );
                Toasts.Show($"Saved v{saved.Latest.Number}.", StatusKind.Success);
                Navigation.NavigateTo(VersionHref(null));
                await LoadAsync();
            }
        );
        _isBusy = false;
    }

    private async Task RestoreAsync(WorkflowVersionView version) =>
        _problem = await Scope.AttemptAsync(
            Permission.ManageWorkflows,
            async () =>
            {
                var saved = await Workflows.AddVersionAsync(
                    Scope.AppKey,
                    Scope.User.Key,
                    WorkflowId,
                    null,
                    WorkflowDraft.Of(version).ToNodes(),
                    Left
                );
                Toasts.Show($"Saved v{saved.Latest.Number}, the same as v{version.Number}.", StatusKind.Success);
                Navigation.NavigateTo(VersionHref(null));
            }
        );

    private void Compare((int From, int To) versions) =>
        Navigation.NavigateTo(
            Navigation.GetUriWithQueryParameters(
                new Dictionary<string, object?> { ["from"] = versions.From, ["to"] = versions.To }
            ),
            replace: true
        );

    private async Task DeleteAsync()
    {
        var workflow = _view!.Workflow;
        _problem = await Scope.AttemptAsync(
            Permission.ManageWorkflows,
            () => Workflows.DeleteAsync(Scope.AppKey, WorkflowId, Left)
        );
        if (_problem is not null)
        {
            return;
        }

        Toasts.ShowUndo(
            $"Deleted the workflow {workflow.Name}.",
            () =>
                Scope.DoAsync(
                    Permission.ManageWorkflows,
                    () => Workflows.RestoreAsync(Scope.AppKey, workflow.Id, CancellationToken.None)
                )
        );
        Navigation.NavigateTo(Scope.Href("workflows"));
    }

    private string VersionHref(int? number) =>
        Navigation.GetUriWithQueryParameters(
            new Dictionary<string, object?>
            {
                ["version"] = number,
                ["part"] = null,
                ["input"] = null,
                ["from"] = null,
                ["to"] = null,
            }
        );

    private void GoToPart(string part) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("part", part == "nodes" ? null : part));

    private void GoToView(string view) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("view", view == "list" ? view : null), replace: true);

    private void GoToInput(string inputId) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("input", inputId), replace: true);
}
