using Portal.Core.Models;
using Portal.Core.Workflows;

namespace Portal.Features.Workflows;

/// <summary>A model as the canvas' script draws it.</summary>
/// <param name="Stem">What ids of its nodes begin with.</param>
/// <param name="Input">The name of a <see cref="PortType"/>.</param>
public sealed record CanvasModel(
    string Id, string Name, string TypeId, string TypeName, string Stem, string Input, string Output, IReadOnlyList<CanvasVersion> Versions)
{
    public static CanvasModel Of(ModelView model, NodeType type) => new(
        model.Model.ExternalId, model.Model.Name, type.TypeId, type.DisplayName, WorkflowDraft.StemOf(type.TypeId), type.Input.ToString(), type.Output.ToString(),
        [.. model.Versions.Select(version => CanvasVersion.Of(version, type))]);
}
