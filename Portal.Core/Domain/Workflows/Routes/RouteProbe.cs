using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Workflows.Graph;

namespace Portal.Core.Domain.Workflows.Routes;

/// <summary>
/// Finds a route by sending scores through the real runner, so that the route cannot disagree with runs.
/// </summary>
internal static class RouteProbe
{
    private static readonly RunInput s_anyInput = new(0, "probe", default);

    /// <summary>
    /// Operators change their behaviour only at their cut points, so one probe on each point and one inside each open
    /// interval between two see everything there is.
    /// </summary>
    public static IReadOnlyList<RouteSegment> Cut(WorkflowGraph graph, BoundNode classifier, long conceptId)
    {
        var concepts = Becomes(graph, conceptId);
        double[] points =
        [
            .. graph
                .Bound.SelectMany(node => concepts.SelectMany(node.Operator.CutPoints))
                .Append(0)
                .Append(1)
                .Distinct()
                .Order(),
        ];
        var segments = new List<RouteSegment>();
        for (var i = 0; i < points.Length; i++)
        {
            var at = Probe(graph, classifier, conceptId, points[i]);
            Add(segments, at with { From = points[i], FromInclusive = true, To = points[i], ToInclusive = true });
            if (i + 1 < points.Length && Between(points[i], points[i + 1]) is { } inside)
            {
                Add(
                    segments,
                    Probe(graph, classifier, conceptId, inside) with
                    {
                        From = points[i],
                        To = points[i + 1],
                    }
                );
            }
        }

        return segments;
    }

    /// <summary>The concept and whatever nodes may make of it.</summary>
    private static HashSet<long> Becomes(WorkflowGraph graph, long conceptId)
    {
        var concepts = new HashSet<long> { conceptId };
        foreach (
            var node in graph
                .Order.Select(position => graph.Bound[position])
                .Where(node => node.Type.Input is PortType.Concepts)
        )
        {
            concepts.UnionWith(node.Operator.ConceptsOut(concepts));
        }

        return concepts;
    }

    private static double? Between(double low, double high)
    {
        var middle = low + ((high - low) / 2);
        return middle > low && middle < high ? middle : null;
    }

    private static void Add(List<RouteSegment> segments, RouteSegment next)
    {
        if (
            segments.Count > 0
            && segments[^1] is var last
            && last.End == next.End
            && last.Audited == next.Audited
            && last.WriterNodeIds.SequenceEqual(next.WriterNodeIds)
            && last.ContestedBy.SequenceEqual(next.ContestedBy)
        )
        {
            segments[^1] = last with { To = next.To, ToInclusive = next.ToInclusive };
        }
        else
        {
            segments.Add(next);
        }
    }

    private static RouteSegment Probe(WorkflowGraph graph, BoundNode classifier, long conceptId, double score)
    {
        var probe = new FixedScores([new ConceptScore(conceptId, score, null)]);
        var silence = new FixedScores([]);
        var probed = graph.WithOperators(node =>
            node.Node.Id == classifier.Node.Id ? probe
            : node.Type.Role is NodeRole.Score ? silence
            : node.Operator.ForEveryInput
        );
        var outcome = WorkflowRunner.Run(probed, s_anyInput);
        // A mapper may make several concepts of one; the route is that of the one that comes furthest.
        var end = outcome
            .Writes.Select(write => write.Status is StatusCode.AnnotationSuccess ? RouteEnd.Success : RouteEnd.Pending)
            .DefaultIfEmpty(RouteEnd.Nothing)
            .Max();
        var writers = outcome.Nodes.Where(trace => trace.Writes.Count > 0).ToList();
        var contested = writers
            .SelectMany(trace => trace.Writes.Select(write => write.ConceptId).Distinct())
            .GroupBy(id => id)
            .Where(ids => ids.Count() > 1)
            .Select(ids => ids.Key)
            .ToHashSet();
        return new RouteSegment(
            0,
            false,
            0,
            false,
            end,
            [.. writers.Select(trace => trace.NodeId)],
            [
                .. writers
                    .Where(trace => trace.Writes.Any(write => contested.Contains(write.ConceptId)))
                    .Select(trace => trace.NodeId),
            ],
            outcome.Writes.Any(write => write.ReviewRequested)
        );
    }

    private sealed class FixedScores(IReadOnlyList<ConceptScore> scores) : INodeOperator
    {
        public NodeOutput Run(NodeInput input) => new(scores, []);

        public IReadOnlySet<long> ConceptsOut(IReadOnlySet<long> conceptsIn) =>
            scores.Select(score => score.ConceptId).ToHashSet();
    }
}
