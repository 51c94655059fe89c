namespace Portal.Features.Workflows;

/// <summary>A node as the canvas' script speaks of it. Positions are CSS pixels at zoom 1; null where nobody has placed it yet.</summary>
public sealed record CanvasNode(string Id, string ModelId, string? VersionId, IReadOnlyList<string> Inputs, double? X, double? Y)
{
    public static CanvasNode Of(NodeDraft node) => new(node.Id, node.ModelId, node.VersionId, [.. node.Inputs], node.X, node.Y);

    public NodeDraft ToDraft() => new() { Id = Id, ModelId = ModelId, VersionId = VersionId, Inputs = [.. Inputs], X = X, Y = Y };
}
