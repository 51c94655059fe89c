namespace Portal.Core.Domain.Workflows.Graph;

/// <summary>
/// What is said of a graph both by its checks and by the canvas in the browser, which has to answer while an edge is
/// being drawn. Names in braces are filled in.
/// </summary>
public static class GraphTexts
{
    /// <summary>Nodes of a workflow at most.</summary>
    public const int MaxNodes = 20;

    public const string Cycle = "The nodes {path} form a cycle, so none of them could ever run.";
    public const string TypeMismatch =
        "Node '{target}' ({targetType}) takes {takes}, but '{source}' ({sourceType}) gives {gives}.";
    public const string DuplicateInput = "Node '{target}' reads from '{source}' twice.";
    public const string TooManyNodes = "The workflow has {count} nodes; at most {most} are allowed.";

    /// <summary>What a port takes or gives.</summary>
    public static string Of(PortType port) =>
        port switch
        {
            PortType.Embedding => "an embedding",
            PortType.Concepts => "concepts",
            _ => "the picture alone",
        };

    public static string Fill(string text, params ReadOnlySpan<(string Name, string Value)> values)
    {
        foreach (var (name, value) in values)
        {
            text = text.Replace($"{{{name}}}", value, StringComparison.Ordinal);
        }

        return text;
    }
}
