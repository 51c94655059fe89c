namespace Portal.Features.Workflows;

/// <summary>
/// A node as the canvas' script speaks of it. Positions are CSS pixels at zoom 1; null where nobody has placed it yet.
/// </summary>
/// <param name="Settings">Null while the model's own settings stand.</param>
public sealed record CanvasNode(
    string Id,
    string ModelId,
    string? VersionId,
    IReadOnlyList<string> Inputs,
    double? X,
    double? Y,
    CanvasSettings? Settings = null
)
{
    public static CanvasNode Of(NodeDraft node, CanvasSettings? settings) =>
        new(node.Id, node.ModelId, node.VersionId, [.. node.Inputs], node.X, node.Y, settings);

    public NodeDraft ToDraft() =>
        new()
        {
            Id = Id,
            ModelId = ModelId,
            VersionId = VersionId,
            Inputs = [.. Inputs],
            X = X,
            Y = Y,
            Settings = Settings?.Output,
        };
}
