using System.Globalization;
using Portal.Core.Domain.Errors;

namespace Portal.Core.Domain.Workflows.Graph;

/// <summary>
/// The checks that need no model: ids, edges, cycles. Also sorts, since a cycle is what is left when sorting ends.
/// </summary>
internal static class GraphStructure
{
    /// <summary>
    /// Positions of the nodes, each after all its inputs; of the nodes that can be sorted when there are errors.
    /// </summary>
    public static IReadOnlyList<int> Sort(
        IReadOnlyList<GraphNode> nodes,
        GraphContext context,
        List<GraphProblem> errors
    )
    {
        if (nodes.Count == 0)
        {
            errors.Add(
                Error(
                    null,
                    "empty-graph",
                    StatusCode.WorkflowInvalidRequest,
                    "The workflow has no nodes. Add a classifier first."
                )
            );
            return [];
        }

        if (nodes.Count > context.MaxNodes)
        {
            errors.Add(
                Error(
                    null,
                    "too-many-nodes",
                    StatusCode.WorkflowInvalidRequest,
                    GraphTexts.Fill(
                        GraphTexts.TooManyNodes,
                        ("count", Number(nodes.Count)),
                        ("most", Number(context.MaxNodes))
                    ) + " Remove some, or split it into two workflows."
                )
            );
        }

        var positions = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < nodes.Count; i++)
        {
            if (!positions.TryAdd(nodes[i].Id, i))
            {
                errors.Add(
                    Error(
                        nodes[i].Id,
                        "duplicate-node",
                        StatusCode.WorkflowInvalidRequest,
                        $"Two nodes have the id '{nodes[i].Id}'. Give each node an id of its own."
                    )
                );
            }
        }

        var inputs = nodes.Select(node => Edges(node, positions, errors)).ToList();
        return SortEdges(nodes, inputs, errors);
    }

    private static List<int> Edges(GraphNode node, Dictionary<string, int> positions, List<GraphProblem> errors)
    {
        var edges = new List<int>();
        foreach (var id in node.InputIds)
        {
            if (!positions.TryGetValue(id, out var position))
            {
                errors.Add(
                    Error(
                        node.Id,
                        "unknown-input",
                        StatusCode.WorkflowInvalidGraph,
                        $"Node '{node.Id}' reads from '{id}', which is not in the workflow. Add that node or remove "
                            + $"the connection."
                    )
                );
            }
            else if (edges.Contains(position))
            {
                errors.Add(
                    Error(
                        node.Id,
                        "duplicate-input",
                        StatusCode.WorkflowInvalidRequest,
                        GraphTexts.Fill(GraphTexts.DuplicateInput, ("target", node.Id), ("source", id))
                            + " Remove one of the two connections."
                    )
                );
            }
            else
            {
                edges.Add(position);
            }
        }

        return edges;
    }

    private static List<int> SortEdges(
        IReadOnlyList<GraphNode> nodes,
        List<List<int>> inputs,
        List<GraphProblem> errors
    )
    {
        var order = new List<int>();
        var placed = new bool[nodes.Count];
        int next;
        while (
            (
                next = Enumerable
                    .Range(0, nodes.Count)
                    .FirstOrDefault(i => !placed[i] && inputs[i].TrueForAll(j => placed[j]), -1)
            ) >= 0
        )
        {
            placed[next] = true;
            order.Add(next);
        }

        if (order.Count < nodes.Count)
        {
            errors.Add(CycleError(nodes, inputs, placed));
        }

        return order;
    }

    /// <summary>Every unplaced node has an unplaced input, so walking against the edges comes round.</summary>
    private static GraphProblem CycleError(IReadOnlyList<GraphNode> nodes, List<List<int>> inputs, bool[] placed)
    {
        var walk = new List<int>();
        var at = Array.IndexOf(placed, false);
        while (!walk.Contains(at))
        {
            walk.Add(at);
            at = inputs[at].First(input => !placed[input]);
        }

        var cycle = walk[walk.IndexOf(at)..];
        cycle.Reverse();
        var names = cycle.Append(cycle[0]).Select(i => $"'{nodes[i].Id}'");
        return Error(
            nodes[cycle[0]].Id,
            "cycle",
            StatusCode.WorkflowInvalidGraph,
            GraphTexts.Fill(GraphTexts.Cycle, ("path", string.Join(" → ", names))) + " Remove one of these connections."
        );
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static GraphProblem Error(string? nodeId, string code, StatusCode status, string message) =>
        new(nodeId, code, ProblemSeverity.Error, status, message);
}
