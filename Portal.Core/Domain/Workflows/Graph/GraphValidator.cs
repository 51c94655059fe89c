using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Workflows.Routes;

namespace Portal.Core.Domain.Workflows.Graph;

/// <summary>
/// Checks a graph while it is edited and again on saving. Codes of errors: empty-graph, too-many-nodes, duplicate-node,
/// unknown-input, duplicate-input, cycle, missing-input, type-mismatch, unknown-type, untrained-model, invalid-model,
/// unknown-user. Codes of warnings, given once there are no errors: no-writer (a workflow without one can still
/// predict), unknown-concept, score-gap.
/// </summary>
public static class GraphValidator
{
    public static IReadOnlyList<GraphProblem> Validate(IReadOnlyList<GraphNode> nodes, GraphContext context)
    {
        var problems = new List<GraphProblem>();
        if (WorkflowGraph.TryBuild(nodes, context, problems) is { } graph)
        {
            WarnOfUnwritten(graph, problems);
            WarnOfIdleThresholds(graph, context, problems);
            WarnOfGaps(graph, context, problems);
        }

        return problems;
    }

    private static void WarnOfUnwritten(WorkflowGraph graph, List<GraphProblem> problems)
    {
        if (graph.Bound.All(node => node.Operator.WritesAs is null))
        {
            problems.Add(
                Warning(
                    null,
                    "no-writer",
                    "The workflow has no Annotation Writer, so it predicts but writes nothing. Add one to "
                        + "annotate inputs."
                )
            );
            return;
        }

        var read = graph.Bound.SelectMany(node => node.Inputs).ToHashSet();
        for (var i = 0; i < graph.Bound.Count; i++)
        {
            if (!read.Contains(i) && graph.Bound[i].Operator.WritesAs is null)
            {
                var id = graph.Bound[i].Node.Id;
                problems.Add(
                    Warning(
                        id,
                        "no-writer",
                        $"Nothing reads from node '{id}', so what reaches it is not written. "
                            + "Connect an Annotation Writer or remove the node."
                    )
                );
            }
        }
    }

    private static void WarnOfIdleThresholds(WorkflowGraph graph, GraphContext context, List<GraphProblem> problems)
    {
        var leaving = new IReadOnlySet<long>[graph.Bound.Count];
        var idle = new List<(int Position, GraphProblem Problem)>();
        foreach (var position in graph.Order)
        {
            var node = graph.Bound[position];
            var arriving = node.Inputs.SelectMany(input => leaving[input]).ToHashSet();
            leaving[position] = node.Operator.ConceptsOut(arriving);
            idle.AddRange(
                node.Operator.ExpectedConcepts.Where(concept => !arriving.Contains(concept))
                    .Select(concept =>
                        (
                            position,
                            Warning(
                                node.Node.Id,
                                "unknown-concept",
                                $"Node '{node.Node.Id}' lists {context.NameOf(concept)}, but no classifier before "
                                    + $"it passes that concept on. "
                                    + "Take the concept out there, or train the classifier on it."
                            )
                        )
                    )
            );
        }

        problems.AddRange(idle.OrderBy(item => item.Position).Select(item => item.Problem));
    }

    private static void WarnOfGaps(WorkflowGraph graph, GraphContext context, List<GraphProblem> problems) =>
        problems.AddRange(
            from route in ScoreRoute.Of(graph, context)
            from finding in route.Findings
            where finding.Kind is RouteFindingKind.Gap
            select Warning(
                route.NodeId,
                "score-gap",
                $"{finding.Message} Move a threshold, or add a branch for these scores."
            )
        );

    private static GraphProblem Warning(string? nodeId, string code, string message) =>
        new(nodeId, code, ProblemSeverity.Warning, StatusCode.WorkflowInvalidGraph, message);
}
