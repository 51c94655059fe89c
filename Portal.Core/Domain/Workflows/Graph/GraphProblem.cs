using Portal.Core.Domain.Errors;

namespace Portal.Core.Domain.Workflows.Graph;

/// <summary>Something wrong or odd in a graph, on the node concerned.</summary>
/// <param name="NodeId">Null when it concerns the graph as a whole.</param>
/// <param name="Code">Stable, kebab-case; see <see cref="GraphValidator"/> for the list.</param>
/// <param name="Message">Names the thing and the remedy; shown as it is.</param>
public sealed record GraphProblem(
    string? NodeId,
    string Code,
    ProblemSeverity Severity,
    StatusCode Status,
    string Message
);
