using Microsoft.AspNetCore.Components;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Shared.Pages;

namespace Portal.Features.Workflows;

/// <summary>One node of a draft: its id, its model version, what it reads from, and what is wrong with it.</summary>
public sealed partial class NodeCard
{
    [Parameter, EditorRequired]
    public NodeDraft Node { get; set; } = null!;

    [Parameter, EditorRequired]
    public WorkflowDraft Draft { get; set; } = null!;

    [Parameter, EditorRequired]
    public IReadOnlyList<ModelView> Models { get; set; } = [];

    [Parameter, EditorRequired]
    public IReadOnlyList<Concept> Concepts { get; set; } = [];

    [Parameter, EditorRequired]
    public AppScope Scope { get; set; } = null!;

    [Parameter]
    public IReadOnlyList<GraphProblem> Problems { get; set; } = [];

    [Parameter]
    public EventCallback OnChanged { get; set; }

    /// <summary>Beside the canvas: narrow, and without an order of nodes.</summary>
    [Parameter]
    public bool InPanel { get; set; }

    /// <summary>Asked to close the gaps of a classifier; without it no fix is offered here.</summary>
    [Parameter]
    public EventCallback OnReviewMiddle { get; set; }

    [Inject]
    private NodeTypeRegistry Types { get; set; } = null!;

    private ModelView? Model => Models.FirstOrDefault(m => m.Model.ExternalId == Node.ModelId);

    private ModelVersionView? Version => Node.VersionOf(Models);

    /// <summary>A trained version newer than the pinned one.</summary>
    private ModelVersionView? Newer =>
        Version is { } pinned && Model?.LatestTrained is { } latest && latest.Number > pinned.Number ? latest : null;

    private bool NeedsInputs => TypeOf(Node) is { CanBeRoot: false };

    /// <summary>
    /// The nodes whose output fits, and those that are chosen although they do not, so that they can be taken out.
    /// </summary>
    private List<NodeDraft> Sources =>
        [
            .. Draft.Nodes.Where(n =>
                n != Node
                && (Node.Inputs.Contains(n.Id) || (TypeOf(Node) is { } type && TypeOf(n)?.Output == type.Input))
            ),
        ];

    private NodeType? TypeOf(NodeDraft node) =>
        Models.FirstOrDefault(m => m.Model.ExternalId == node.ModelId) is { } model
            ? Types.Get(model.Model.TypeId)
            : null;

    private Task RenameAsync(ChangeEventArgs e) => DoAsync(() => Draft.Rename(Node, ((string?)e.Value ?? "").Trim()));

    private Task ChooseModelAsync(ChangeEventArgs e) =>
        DoAsync(() => (Node.ModelId, Node.VersionId, Node.Settings) = ((string)e.Value!, null, null));

    private Task ChooseVersionAsync(ChangeEventArgs e) =>
        DoAsync(() => (Node.VersionId, Node.Settings) = (e.Value is string { Length: > 0 } id ? id : null, null));

    private Task ToggleAsync(string id, bool on) =>
        DoAsync(() =>
        {
            if (on)
            {
                Node.Inputs.Add(id);
            }
            else
            {
                Node.Inputs.Remove(id);
            }
        });

    private Task DoAsync(Action change)
    {
        change();
        return OnChanged.InvokeAsync();
    }
}
