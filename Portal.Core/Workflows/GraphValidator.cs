namespace Portal.Core.Workflows;

/// <summary>
/// Checks a graph while it is edited and again on saving. Codes of errors: empty-graph, too-many-nodes, duplicate-node, unknown-input, duplicate-input,
/// cycle, missing-input, type-mismatch, unknown-type, untrained-model, invalid-model, unknown-user. Codes of warnings, given once there are no errors:
/// no-writer (a workflow without one can still predict), unknown-concept, score-gap.
/// </summary>
public static class GraphValidator
{
    public static IReadOnlyList<GraphProblem> Validate(IReadOnlyList<GraphNode> nodes, GraphContext context) => throw new NotImplementedException();
}
