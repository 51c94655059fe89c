using Portal.Core.Domain.Errors;

namespace Portal.Core.Domain.Workflows.Graph;

/// <summary>Walks a graph in memory. Dry runs and real runs are this same function: it stores nothing.</summary>
public static class WorkflowRunner
{
    public static RunOutcome Run(WorkflowGraph graph, RunInput input)
    {
        var traces = new NodeTrace[graph.Bound.Count];
        foreach (var position in graph.Order)
        {
            var node = graph.Bound[position];
            var concepts = Join(node.Inputs.SelectMany(source => traces[source].Out));
            // Concepts have to arrive; an embedding always does, from an embedder or, for a root, by implication.
            if (node.Type.Input is PortType.Concepts && concepts.Count == 0)
            {
                traces[position] = new NodeTrace(node.Node.Id, [], [], false, []);
                continue;
            }

            var output = node.Operator.Run(new NodeInput(node.Node.Id, input, concepts));
            traces[position] = new NodeTrace(node.Node.Id, concepts, output.Concepts, true, output.Writes);
        }

        var (writes, overruled) = Settle(traces.SelectMany(trace => trace.Writes));
        return new RunOutcome(traces, writes, overruled);
    }

    /// <summary>
    /// The union of several nodes' concepts in order of first appearance; of a duplicate, the higher score.
    /// </summary>
    private static List<ConceptScore> Join(IEnumerable<ConceptScore> scores)
    {
        var joined = new List<ConceptScore>();
        var positions = new Dictionary<long, int>();
        foreach (var score in scores)
        {
            if (positions.TryAdd(score.ConceptId, joined.Count))
            {
                joined.Add(score);
            }
            else
            {
                var known = joined[positions[score.ConceptId]];
                joined[positions[score.ConceptId]] = (score.Score > known.Score ? score : known) with
                {
                    Sampled = known.Sampled && score.Sampled,
                };
            }
        }

        return joined;
    }

    /// <summary>One write survives for each concept: the highest rank, and of equals the first in node order.</summary>
    private static (List<IntendedWrite> Writes, List<OverruledWrite> Overruled) Settle(
        IEnumerable<IntendedWrite> intended
    )
    {
        var writes = new List<IntendedWrite>();
        var overruled = new List<OverruledWrite>();
        foreach (var rivals in intended.GroupBy(write => write.ConceptId))
        {
            var first = rivals.MaxBy(Rank)!;
            var losers = rivals.Where(write => !ReferenceEquals(write, first)).ToList();
            var winner = first with
            {
                ReviewRequested = first.Status is StatusCode.AnnotationSuccess && losers.Exists(AsksForAudit),
            };
            writes.Add(winner);
            overruled.AddRange(losers.Select(loser => new OverruledWrite(loser, winner, Reason(loser, winner))));
        }

        return (writes, overruled);
    }

    /// <summary>A sample of what is settled all the same was sent to a person.</summary>
    private static bool AsksForAudit(IntendedWrite write) =>
        write.Sampled && write.Status is not StatusCode.AnnotationSuccess;

    private static int Rank(IntendedWrite write) =>
        write.Status switch
        {
            StatusCode.AnnotationSuccess => 2,
            StatusCode.AnnotationAwaitingReview or StatusCode.AnnotationAwaitingConsensusReview => 1,
            _ => 0,
        };

    private static string Reason(IntendedWrite loser, IntendedWrite winner) =>
        winner.ReviewRequested && AsksForAudit(loser)
            ? $"the tag stays settled as '{winner.NodeId}' writes it, and goes to a person as an audit."
        : Rank(loser) < Rank(winner) ? $"'{winner.NodeId}' writes the same concept with a status that comes first."
        : $"'{winner.NodeId}' writes the same concept and stands earlier in the workflow.";
}
