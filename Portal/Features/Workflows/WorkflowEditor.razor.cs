using Microsoft.AspNetCore.Components;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Users;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Domain.Workflows.Routes;
using Portal.Core.Services.Automation;
using Portal.Core.Services.Evaluation;
using Portal.Core.Services.Workflows;
using Portal.Features.Models;
using Portal.Shared.Components;
using Portal.Shared.Pages;

namespace Portal.Features.Workflows;

public sealed partial class WorkflowEditor
{
    /// <summary>How a graph can be edited, for the pages that offer the choice.</summary>
    internal static readonly Choice<string>[] Views = [new("canvas", "Canvas"), new("list", "List")];

    private IReadOnlyList<GraphProblem> _problems = [];
    private IReadOnlyList<ScoreRoute> _routes = [];
    private IReadOnlyDictionary<string, HeldOutScores> _heldOut = new Dictionary<string, HeldOutScores>();
    private WorkflowDraft? _checked;
    private IReadOnlyList<ModelView>? _checkedModels;
    private IReadOnlySet<long> _elsewhere = new HashSet<long>();
    private int _changes;
    private string _newModelId = "";
    private string? _problem;
    private bool _isNewOpen;

    [Parameter, EditorRequired]
    public WorkflowDraft Draft { get; set; } = null!;

    [Parameter, EditorRequired]
    public IReadOnlyList<ModelView> Models { get; set; } = [];

    [Parameter, EditorRequired]
    public IReadOnlyList<Concept> Concepts { get; set; } = [];

    [Parameter, EditorRequired]
    public AppScope Scope { get; set; } = null!;

    /// <summary>A list of nodes instead of the canvas.</summary>
    [Parameter]
    public bool AsList { get; set; }

    /// <summary>The workflow that is edited; null while it is new.</summary>
    [Parameter]
    public string? WorkflowId { get; set; }

    /// <summary>Called after every change, when the graph has been checked; true if it can be saved.</summary>
    [Parameter]
    public EventCallback<bool> OnChecked { get; set; }

    [Inject]
    private WorkflowService Workflows { get; set; } = null!;

    [Inject]
    private EvaluationService Evaluations { get; set; } = null!;

    [Inject]
    private MiddleBranch Middle { get; set; } = null!;

    [Inject]
    private NodeTypeRegistry Types { get; set; } = null!;

    private bool CanChange => Scope.May(Permission.ManageWorkflows);

    private bool HasErrors => _problems.Any(p => p.Severity == ProblemSeverity.Error);

    protected override async Task OnParametersSetAsync()
    {
        // The check asks the database; a render that changed neither graph nor models needs none.
        if (ReferenceEquals(_checked, Draft) && ReferenceEquals(_checkedModels, Models))
        {
            return;
        }

        (_checked, _checkedModels) = (Draft, Models);
        var workflows = await Workflows.ListAsync(Scope.AppKey, CancellationToken.None);
        _elsewhere = Models
            .Where(m => HelperModels.WorkflowOf(m, Types, workflows) is { } other && other.ExternalId != WorkflowId)
            .Select(m => m.Model.Id)
            .ToHashSet();
        await ChangedAsync();
    }

    private async Task ChangedAsync()
    {
        var change = ++_changes;
        var (problems, routes) =
            Draft.Nodes.Count == 0
                ? ([], [])
                : await Workflows.CheckAsync(Scope.AppKey, Draft.ToNodes(), CancellationToken.None);
        // An answer about a draft that has been changed since says nothing; a later one is on its way.
        if (change != _changes)
        {
            return;
        }

        (_problems, _routes) = (problems, routes);
        _heldOut = await HeldOutAsync(routes);
        await OnChecked.InvokeAsync(Draft.Nodes.Count > 0 && !HasErrors);
    }

    private async Task<IReadOnlyDictionary<string, HeldOutScores>> HeldOutAsync(IReadOnlyList<ScoreRoute> routes)
    {
        var found = new Dictionary<string, HeldOutScores>();
        foreach (var node in Draft.Nodes.Where(n => routes.Any(r => r.NodeId == n.Id)).ToList())
        {
            var version = node.VersionOf(Models);
            if (
                version is not null
                && (await Evaluations.FindAsync(version.Id, CancellationToken.None))?.Scores is { } scores
            )
            {
                found[node.Id] = scores;
            }
        }
        return found;
    }

    private async Task ReviewMiddleAsync()
    {
        var draft = Draft;
        _problem = await Scope.AttemptAsync(
            Permission.ManageWorkflows,
            async () =>
            {
                var nodes = await Middle.AddAsync(
                    Scope.AppKey,
                    Scope.User.Key,
                    draft.ToNodes(),
                    Scope.User.UserId,
                    CancellationToken.None
                );
                draft.Add(nodes.Skip(draft.Nodes.Count));
            }
        );
        await ChangedAsync();
    }

    private Task AddMadeAsync(ModelView made)
    {
        Draft.Add(made, [.. Models, made], Types);
        return ChangedAsync();
    }

    private Task AddAsync()
    {
        Draft.Add(Models.First(m => m.Model.ExternalId == _newModelId), Models, Types);
        _newModelId = "";
        return ChangedAsync();
    }
}
