using System.Globalization;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Services.Runs;
using Portal.Features.Runs;

namespace Portal.Features.Workflows;

/// <summary>A badge on a card: what is wrong with the node, or what happened at it.</summary>
/// <param name="Tone">The badge's class: ok, wait, bad, no, or idle for a node that nothing reached.</param>
/// <param name="Title">The whole sentence, or several.</param>
public sealed record CanvasBadge(string NodeId, string Text, string Tone, string Title)
{
    /// <summary>One for each node and kind of problem.</summary>
    public static IReadOnlyList<CanvasBadge> Of(IEnumerable<GraphProblem> problems) =>
        [
            .. problems
                .Where(p => p.NodeId is not null)
                .GroupBy(p => (p.NodeId, p.Code, p.Severity))
                .Select(alike => new CanvasBadge(
                    alike.Key.NodeId!,
                    NodeFormatter.Problem(alike.Key.Code, alike.Count()),
                    alike.Key.Severity == ProblemSeverity.Error ? "bad" : "wait",
                    string.Join('\n', alike.Select(p => p.Message))
                )),
        ];

    /// <summary>One for each node of a run: what left it or, at a writer, what would be written.</summary>
    public static IReadOnlyList<CanvasBadge> Of(RunTrace trace, IReadOnlyList<Concept> concepts)
    {
        return [.. trace.Outcome.Nodes.Select(OfNode)];

        CanvasBadge OfNode(NodeTrace node)
        {
            if (!node.Ran)
            {
                return new CanvasBadge(node.NodeId, "nothing reached it", "idle", "Nothing reached this node.");
            }

            if (node.Writes.Count > 0)
            {
                var fates = node
                    .Writes.Select(write => (write.ConceptId, Fate: TraceFormatter.FateOf(trace, write)))
                    .ToList();
                var standing = fates.Where(f => f.Fate.Stands).Select(f => NameOf(f.ConceptId)).ToList();
                return new CanvasBadge(
                    node.NodeId,
                    standing.Count == 0 ? "would write nothing" : $"would write {string.Join(", ", standing)}",
                    standing.Count == 0 ? "no" : "ok",
                    string.Join('\n', fates.Select(f => $"{NameOf(f.ConceptId)}: {f.Fate.Words}"))
                );
            }
            var (arriving, leaving) = (node.In.Select(Score).ToList(), node.Out.Select(Score).ToList());
            var all =
                $"in: {(arriving.Count == 0 ? "the picture" : string.Join(", ", arriving))}\nout: "
                + $"{(leaving.Count == 0 ? "nothing" : string.Join(", ", leaving))}";
            var text = (node.In.Count, node.Out.Count) switch
            {
                (0, 0) => "ran",
                (0, var given) => $"{given} out",
                var (taken, given) => $"{taken} in, {given} out",
            };
            return new CanvasBadge(
                node.NodeId,
                leaving.Count == 1 ? leaving[0] : text,
                leaving.Count == 0 && arriving.Count > 0 ? "no" : "ok",
                all
            );
        }

        string Score(ConceptScore score) =>
            string.Create(CultureInfo.CurrentCulture, $"{NameOf(score.ConceptId)} {score.Score:0.00}");

        string NameOf(long conceptId) => concepts.FirstOrDefault(c => c.Id == conceptId)?.Name ?? "a deleted concept";
    }
}
