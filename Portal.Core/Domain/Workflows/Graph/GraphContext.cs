namespace Portal.Core.Domain.Workflows.Graph;

/// <summary>What a graph is checked against.</summary>
/// <param name="ConceptNames">The app's concepts by internal key.</param>
/// <param name="UserIds">The users a writer may write as: the app's members.</param>
public sealed record GraphContext(
    NodeTypeRegistry Types,
    IReadOnlyDictionary<long, string> ConceptNames,
    IReadOnlySet<string> UserIds,
    int MaxNodes = GraphTexts.MaxNodes
)
{
    public string NameOf(long conceptId) =>
        ConceptNames.GetValueOrDefault(conceptId) ?? $"a concept that is no longer in the app (key {conceptId})";
}
