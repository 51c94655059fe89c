using Portal.Core.Domain.Models;

namespace Portal.Features.Workflows;

/// <summary>A node while a person edits the workflow.</summary>
public sealed class NodeDraft
{
    /// <summary>Tells nodes apart while their ids are being typed.</summary>
    public Guid Key { get; } = Guid.NewGuid();

    public required string Id { get; set; }
    public required string ModelId { get; set; }

    /// <summary>The pinned version's id, or null for the latest trained one at the time of saving.</summary>
    public string? VersionId { get; set; }

    /// <summary>
    /// The model's settings as they were changed here: saving the workflow makes a new version of the model with them.
    /// Null while they are unchanged.
    /// </summary>
    public OutputDraft? Settings { get; set; }

    /// <summary>Ids of the nodes it reads from.</summary>
    public List<string> Inputs { get; init; } = [];

    /// <summary>Where it stands on the canvas, in CSS pixels at zoom 1; null until somebody has placed it.</summary>
    public double? X { get; init; }

    /// <inheritdoc cref="X"/>
    public double? Y { get; init; }

    /// <summary>The version it runs as things are: the pinned one, or the latest that can run.</summary>
    public ModelVersionView? VersionOf(IReadOnlyList<ModelView> models)
    {
        var model = models.FirstOrDefault(m => m.Model.ExternalId == ModelId);
        return VersionId is null
            ? model?.LatestTrained
            : model?.Versions.FirstOrDefault(v => v.ExternalId == VersionId);
    }
}
