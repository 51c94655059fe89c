namespace Portal.Core.Domain.Workflows.Graph;

/// <summary>A node with its operator; <paramref name="Inputs"/> are positions in the user's order.</summary>
internal sealed record BoundNode(GraphNode Node, NodeType Type, INodeOperator Operator, IReadOnlyList<int> Inputs);
