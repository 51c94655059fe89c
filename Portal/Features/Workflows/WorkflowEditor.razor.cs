using Microsoft.AspNetCore.Components;
using Portal.Core.Concepts;
using Portal.Core.Models;
using Portal.Core.Workflows;
using Portal.Shared.Layout;

namespace Portal.Features.Workflows;

public sealed partial class WorkflowEditor
{
    private IReadOnlyList<GraphProblem> _problems = [];
    private IReadOnlyList<ScoreRoute> _routes = [];
    private WorkflowDraft? _checked;
    private IReadOnlyList<ModelView>? _checkedModels;
    private string _newModelId = "";

    [Parameter, EditorRequired] public WorkflowDraft Draft { get; set; } = null!;
    [Parameter, EditorRequired] public IReadOnlyList<ModelView> Models { get; set; } = [];
    [Parameter, EditorRequired] public IReadOnlyList<Concept> Concepts { get; set; } = [];
    [Parameter, EditorRequired] public AppScope Scope { get; set; } = null!;

    /// <summary>Called after every change, when the graph has been checked; true if it can be saved.</summary>
    [Parameter] public EventCallback<bool> OnChecked { get; set; }

    [Inject] private WorkflowService Workflows { get; set; } = null!;
    [Inject] private NodeTypeRegistry Types { get; set; } = null!;

    private bool HasErrors => _problems.Any(p => p.Severity == ProblemSeverity.Error);

    protected override async Task OnParametersSetAsync()
    {
        // The check asks the database; a render that changed neither graph nor models needs none.
        if (ReferenceEquals(_checked, Draft) && ReferenceEquals(_checkedModels, Models)) return;
        (_checked, _checkedModels) = (Draft, Models);
        await ChangedAsync();
    }

    private async Task ChangedAsync()
    {
        (_problems, _routes) = Draft.Nodes.Count == 0 ? ([], []) : await Workflows.CheckAsync(Scope.AppKey, Draft.ToNodes(), CancellationToken.None);
        await OnChecked.InvokeAsync(Draft.Nodes.Count > 0 && !HasErrors);
    }

    private Task AddAsync()
    {
        Draft.Add(Models.First(m => m.Model.ExternalId == _newModelId), Models);
        _newModelId = "";
        return ChangedAsync();
    }
}
