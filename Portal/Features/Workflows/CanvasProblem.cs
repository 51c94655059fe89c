using Portal.Core.Workflows;

namespace Portal.Features.Workflows;

/// <summary>A problem as a badge on a card.</summary>
/// <param name="Title">The whole sentence, or several.</param>
public sealed record CanvasProblem(string NodeId, string Text, string Tone, string Title)
{
    /// <summary>One for each node and kind of problem.</summary>
    public static IReadOnlyList<CanvasProblem> Of(IEnumerable<GraphProblem> problems) =>
        [.. problems.Where(p => p.NodeId is not null).GroupBy(p => (p.NodeId, p.Code, p.Severity)).Select(alike => new CanvasProblem(
            alike.Key.NodeId!, NodeWords.Problem(alike.Key.Code, alike.Count()), alike.Key.Severity == ProblemSeverity.Error ? "bad" : "wait",
            string.Join('\n', alike.Select(p => p.Message))))];
}
