using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Users;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Services.Runs;
using Portal.Shared.Layout;
using Portal.Shared.Live;
using Portal.Shared.Pages;

namespace Portal.Features.Workflows;

/// <summary>
/// The draft as a graph. The script edits it and tells the whole of it after each finished gesture; what the side panel
/// or a fix changes goes to the script, which can undo it like its own.
/// </summary>
public sealed partial class WorkflowCanvas
{
    private readonly JsHandle _script = new();
    private DotNetObjectReference<WorkflowCanvas>? _self;
    private ElementReference _element;
    private IDisposable? _keys;
    private WorkflowDraft? _draft;
    private IReadOnlyList<ModelView>? _models;
    private IReadOnlyList<GraphProblem>? _problems;
    private RunTrace? _trace;
    private string _drawn = "";
    private int _gestures;
    private string? _openedId;

    [Parameter, EditorRequired]
    public WorkflowDraft Draft { get; set; } = null!;

    [Parameter, EditorRequired]
    public IReadOnlyList<ModelView> Models { get; set; } = [];

    [Parameter, EditorRequired]
    public IReadOnlyList<Concept> Concepts { get; set; } = [];

    [Parameter, EditorRequired]
    public AppScope Scope { get; set; } = null!;

    /// <summary>Models that are tools of another workflow: the palette folds them away.</summary>
    [Parameter]
    public IReadOnlySet<long> Elsewhere { get; set; } = new HashSet<long>();

    [Parameter]
    public IReadOnlyList<GraphProblem> Problems { get; set; } = [];

    /// <summary>Names the workflow in the browser's own store of positions; null keeps none.</summary>
    [Parameter]
    public string? WorkflowId { get; set; }

    [Parameter]
    public EventCallback OnChanged { get; set; }

    [Parameter]
    public EventCallback OnReviewMiddle { get; set; }

    /// <summary>Asked for a node of a new model.</summary>
    [Parameter]
    public EventCallback OnNew { get; set; }

    /// <summary>A run to show on the graph, which then cannot be changed; null to edit it.</summary>
    [Parameter]
    public RunTrace? Trace { get; set; }

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    [Inject]
    private KeyList Keys { get; set; } = null!;

    [Inject]
    private NodeTypeRegistry Types { get; set; } = null!;

    /// <summary>Drawn and not edited: a trace, or the graph for somebody who may not change it.</summary>
    private bool IsFixed => Trace is not null || !Scope.May(Permission.ManageWorkflows);

    private NodeDraft? Opened => Draft.Nodes.Find(n => n.Id == _openedId);

    private List<CanvasNode> Nodes =>
        Draft.Nodes.ConvertAll(node =>
            CanvasNode.Of(
                node,
                node.Settings is { } settings && TypeOf(node) is { } type
                    ? CanvasSettings.Of(settings, type, Concepts)
                    : null
            )
        );

    protected override void OnInitialized() =>
        _keys = IsFixed
            ? null
            : Keys.Register(
                "Workflow canvas",
                new("Tab", "Next node"),
                new("Enter", "Open the node"),
                new("← ↑ → ↓", "Move it"),
                new("Del", "Remove it"),
                new("Ctrl C, Ctrl V", "Copy, paste"),
                new("Ctrl Z, Ctrl Y", "Undo, redo"),
                new("T", "Tidy"),
                new("F", "Fit"),
                new("+ −", "Zoom")
            );

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _self = IsFixed ? null : DotNetObjectReference.Create(this);
            (_draft, _drawn) = (Draft, Serialised());
            await _script.AttachAsync(
                Js,
                "/editor/workflow-canvas.js",
                _element,
                _self,
                new
                {
                    models = CanvasModels(),
                    nodes = Nodes,
                    rules = CanvasRules.All,
                    storageKey = StorageKey,
                }
            );
        }
        if (!_script.IsAttached)
        {
            return;
        }

        await PaintAsync();
        if (!IsFixed)
        {
            await DrawAsync();
        }
    }

    /// <summary>Called by the script: a gesture is finished.</summary>
    /// <param name="gestures">How many there have been.</param>
    [JSInvokable]
    public Task ChangedAsync(CanvasNode[] nodes, int gestures)
    {
        Draft.Replace(nodes);
        (_gestures, _drawn) = (gestures, Serialised());
        return OnChanged.InvokeAsync();
    }

    /// <summary>Called by the script: a node is to be shown in the side panel, or none.</summary>
    [JSInvokable]
    public Task OpenAsync(string? nodeId)
    {
        _openedId = nodeId;
        return InvokeAsync(StateHasChanged);
    }

    public async ValueTask DisposeAsync()
    {
        _keys?.Dispose();
        await _script.DisposeAsync();
        _self?.Dispose();
    }

    private async Task PaintAsync()
    {
        if (ReferenceEquals(_problems, Problems) && ReferenceEquals(_models, Models) && ReferenceEquals(_trace, Trace))
        {
            return;
        }

        (_problems, _models, _trace) = (Problems, Models, Trace);
        await _script.CallAsync(
            "paint",
            Trace is null ? CanvasBadge.Of(Problems) : CanvasBadge.Of(Trace, Concepts),
            CanvasModels()
        );
    }

    private async Task DrawAsync()
    {
        var drawn = Serialised();
        if (drawn == _drawn && ReferenceEquals(_draft, Draft))
        {
            return;
        }

        var isAnother = !ReferenceEquals(_draft, Draft);
        (_draft, _drawn) = (Draft, drawn);
        await _script.CallAsync("take", Nodes, _gestures, Opened?.Id, isAnother);
    }

    private Task PanelChangedAsync(NodeDraft node)
    {
        // Its id may be what was changed.
        _openedId = Draft.Nodes.Contains(node) ? node.Id : null;
        return OnChanged.InvokeAsync();
    }

    private Task ClosePanelAsync()
    {
        _openedId = null;
        return _script.CallAsync("closePanel").AsTask();
    }

    private NodeType? TypeOf(NodeDraft node) =>
        Models.FirstOrDefault(m => m.Model.ExternalId == node.ModelId) is { } model
            ? Types.Get(model.Model.TypeId)
            : null;

    private string Serialised() => JsonSerializer.Serialize(Nodes);

    private IEnumerable<CanvasModel> CanvasModels() => Models.Select(m => CanvasModel.Of(m, Types.Get(m.Model.TypeId)));

    private string? StorageKey => WorkflowId is null ? null : $"canvas/{Scope.Href($"workflows/{WorkflowId}")}";
}
