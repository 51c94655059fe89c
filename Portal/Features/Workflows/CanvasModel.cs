using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows.Graph;

namespace Portal.Features.Workflows;

/// <summary>A model as the canvas' script draws it.</summary>
/// <param name="Role">The name of a <see cref="NodeRole"/>.</param>
/// <param name="Stem">What ids of its nodes begin with.</param>
/// <param name="Input">The name of a <see cref="PortType"/>.</param>
public sealed record CanvasModel(
    string Id,
    string Name,
    string Role,
    string TypeName,
    string Stem,
    string Input,
    string Output,
    IReadOnlyList<CanvasVersion> Versions
)
{
    public static CanvasModel Of(ModelView model, NodeType type) =>
        new(
            model.Model.ExternalId,
            model.Model.Name,
            type.Role.ToString(),
            type.DisplayName,
            type.Noun,
            type.Input.ToString(),
            type.Output.ToString(),
            [.. model.Versions.Select(version => CanvasVersion.Of(version, type))]
        );
}
