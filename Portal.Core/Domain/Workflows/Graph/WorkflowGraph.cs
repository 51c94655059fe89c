using Portal.Core.Domain.Errors;

namespace Portal.Core.Domain.Workflows.Graph;

/// <summary>A graph that was checked, sorted and bound, ready to run any number of times on any thread.</summary>
public sealed class WorkflowGraph
{
    private WorkflowGraph(IReadOnlyList<BoundNode> bound, IReadOnlyList<int> order)
    {
        Bound = bound;
        Order = order;
        Nodes = [.. bound.Select(node => node.Node)];
    }

    /// <summary>The nodes in the user's order.</summary>
    public IReadOnlyList<GraphNode> Nodes { get; }

    internal IReadOnlyList<BoundNode> Bound { get; }

    /// <summary>Positions in <see cref="Bound"/>, each after all its inputs.</summary>
    internal IReadOnlyList<int> Order { get; }

    /// <exception cref="PortalException">
    /// The graph has an error: <see cref="StatusCode.WorkflowInvalidGraph"/>,
    /// <see cref="StatusCode.WorkflowInvalidRequest"/> or <see cref="StatusCode.WorkflowModelUntrained"/>; the subject
    /// is the node's id.
    /// </exception>
    public static WorkflowGraph Build(IReadOnlyList<GraphNode> nodes, GraphContext context)
    {
        var errors = new List<GraphProblem>();
        if (TryBuild(nodes, context, errors) is { } graph)
        {
            return graph;
        }

        throw new PortalException(errors[0].Status, errors[0].Message, errors[0].NodeId);
    }

    /// <summary>The graph, or null with at least one error added.</summary>
    internal static WorkflowGraph? TryBuild(
        IReadOnlyList<GraphNode> nodes,
        GraphContext context,
        List<GraphProblem> errors
    )
    {
        var order = GraphStructure.Sort(nodes, context, errors);
        var operators = GraphBinding.Bind(nodes, context, errors);
        if (errors.Count > 0)
        {
            return null;
        }

        var positions = nodes.Index().ToDictionary(pair => pair.Item.Id, pair => pair.Index, StringComparer.Ordinal);
        var bound = nodes.Select(
            (node, position) =>
                new BoundNode(
                    node,
                    context.Types.Get(node.Model.TypeId),
                    operators[position]!,
                    [.. node.InputIds.Select(id => positions[id])]
                )
        );
        return new WorkflowGraph([.. bound], order);
    }

    /// <summary>
    /// The same graph with other operators: for asking what would become of a score that no classifier gave.
    /// </summary>
    internal WorkflowGraph WithOperators(Func<BoundNode, INodeOperator> choose) =>
        new([.. Bound.Select(node => node with { Operator = choose(node) })], Order);
}
