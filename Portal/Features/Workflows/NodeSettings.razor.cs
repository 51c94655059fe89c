using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Features.Models;
using Portal.Shared.Pages;

namespace Portal.Features.Workflows;

public sealed partial class NodeSettings
{
    private ModelDraft? _draft;
    private string _shown = "";
    private string? _problem;

    [Parameter, EditorRequired]
    public NodeDraft Node { get; set; } = null!;

    [Parameter, EditorRequired]
    public ModelView Model { get; set; } = null!;

    /// <summary>The version whose settings the node has until they are changed.</summary>
    [Parameter]
    public ModelVersionView? Version { get; set; }

    [Parameter, EditorRequired]
    public NodeType Type { get; set; } = null!;

    [Parameter, EditorRequired]
    public IReadOnlyList<Concept> Concepts { get; set; } = [];

    [Parameter, EditorRequired]
    public AppScope Scope { get; set; } = null!;

    [Parameter]
    public EventCallback OnChanged { get; set; }

    private OutputInfo Saved => Version?.Output ?? Model.Output;

    protected override void OnParametersSet()
    {
        // What is being typed stays until something else is to be shown: another node, another version, or an undone
        // change.
        if (Identify() == _shown)
        {
            return;
        }

        _draft = Node.Settings is { } settings ? ModelDraft.Of(Type, settings) : ModelDraft.Of(Type, Saved, Concepts);
        (_shown, _problem) = (Identify(), null);
    }

    private Task ChangedAsync()
    {
        try
        {
            var settings = _draft!.ToOutput();
            var isAsSaved =
                JsonSerializer.Serialize(settings)
                == JsonSerializer.Serialize(ModelDraft.Of(Type, Saved, Concepts).ToOutput());
            Node.Settings = isAsSaved ? null : settings;
            (_shown, _problem) = (Identify(), null);
        }
        catch (PortalException e)
        {
            _problem = e.Message;
            return Task.CompletedTask;
        }
        return OnChanged.InvokeAsync();
    }

    private Task ForgetAsync()
    {
        Node.Settings = null;
        return OnChanged.InvokeAsync();
    }

    private string Identify() =>
        $"{Node.Id} {Model.Model.ExternalId} {Version?.ExternalId} {JsonSerializer.Serialize(Node.Settings)}";
}
