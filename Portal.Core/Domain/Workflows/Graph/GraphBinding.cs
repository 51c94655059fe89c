using Portal.Core.Domain.Errors;

namespace Portal.Core.Domain.Workflows.Graph;

/// <summary>
/// The checks of each node's model: known type, matching ports, trained, valid parameters, known user.
/// </summary>
internal static class GraphBinding
{
    /// <summary>One operator a node; null where an error stands in the way.</summary>
    public static IReadOnlyList<INodeOperator?> Bind(
        IReadOnlyList<GraphNode> nodes,
        GraphContext context,
        List<GraphProblem> errors
    )
    {
        CheckPorts(nodes, context, errors);
        return [.. nodes.Select(node => BindNode(node, context, errors))];
    }

    private static INodeOperator? BindNode(GraphNode node, GraphContext context, List<GraphProblem> errors)
    {
        if (context.Types.Find(node.Model.TypeId) is not { } type)
        {
            errors.Add(
                Error(
                    node,
                    "unknown-type",
                    StatusCode.WorkflowInvalidRequest,
                    $"Node '{node.Id}' has a model of the unknown type '{node.Model.TypeId}'. Choose another model."
                )
            );
            return null;
        }

        if (type.NeedsTraining && (!node.Model.IsTrained || node.Model.Head is null))
        {
            errors.Add(
                Error(
                    node,
                    "untrained-model",
                    StatusCode.WorkflowModelUntrained,
                    $"Node '{node.Id}' uses the model '{node.Model.ModelExternalId}', which is not trained. Train "
                        + $"it first, or choose a trained version."
                )
            );
            return null;
        }

        try
        {
            var bound = type.Bind(node.Model);
            if (bound.WritesAs is { } user && !context.UserIds.Contains(user))
            {
                errors.Add(
                    Error(
                        node,
                        "unknown-user",
                        StatusCode.WorkflowInvalidRequest,
                        $"Node '{node.Id}' writes as '{user}', who is no member of this app. Choose one of its members."
                    )
                );
            }

            return bound;
        }
        catch (PortalException problem)
        {
            errors.Add(
                Error(
                    node,
                    "invalid-model",
                    StatusCode.WorkflowInvalidRequest,
                    $"Node '{node.Id}' cannot use the model '{node.Model.ModelExternalId}': {problem.Message}"
                )
            );
            return null;
        }
    }

    private static void CheckPorts(IReadOnlyList<GraphNode> nodes, GraphContext context, List<GraphProblem> errors)
    {
        var types = new Dictionary<string, NodeType?>(StringComparer.Ordinal);
        foreach (var node in nodes)
        {
            types[node.Id] = context.Types.Find(node.Model.TypeId);
        }

        foreach (var node in nodes)
        {
            if (types[node.Id] is not { } type)
            {
                continue;
            }

            if (node.InputIds.Count == 0 && !type.CanBeRoot)
            {
                errors.Add(
                    Error(
                        node,
                        "missing-input",
                        StatusCode.WorkflowInvalidGraph,
                        $"Nothing is connected to node '{node.Id}'. Connect the node whose concepts the "
                            + $"{type.DisplayName} is to receive."
                    )
                );
            }

            foreach (var id in node.InputIds)
            {
                if (types.GetValueOrDefault(id) is { } source && source.Output != type.Input)
                {
                    errors.Add(
                        Error(
                            node,
                            "type-mismatch",
                            StatusCode.WorkflowInvalidGraph,
                            GraphTexts.Fill(
                                GraphTexts.TypeMismatch,
                                ("target", node.Id),
                                ("targetType", type.DisplayName),
                                ("takes", GraphTexts.Of(type.Input)),
                                ("source", id),
                                ("sourceType", source.DisplayName),
                                ("gives", GraphTexts.Of(source.Output))
                            ) + " Remove this connection."
                        )
                    );
                }
            }
        }
    }

    private static GraphProblem Error(GraphNode node, string code, StatusCode status, string message) =>
        new(node.Id, code, ProblemSeverity.Error, status, message);
}
