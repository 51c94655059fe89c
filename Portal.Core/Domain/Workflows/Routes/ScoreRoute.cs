using Portal.Core.Domain.Workflows.Graph;

namespace Portal.Core.Domain.Workflows.Routes;

/// <summary>
/// The route of a score: where a score of one concept, given by one classifier node, ends up in the graph.
/// <see cref="Segments"/> cover 0 to 1 without gap or overlap, in rising order. Other classifiers are taken to be
/// silent: where two classifiers are joined, a run uses the higher score. Nodes that hold inputs back whatever their
/// scores are (samples, filters) are taken to let them through.
/// </summary>
/// <param name="NodeId">The classifier node.</param>
public sealed record ScoreRoute(
    string NodeId,
    long ConceptId,
    IReadOnlyList<RouteSegment> Segments,
    IReadOnlyList<RouteFinding> Findings
)
{
    /// <summary>One route for each classifier node and concept it scores, in node order.</summary>
    public static IReadOnlyList<ScoreRoute> Of(WorkflowGraph graph, GraphContext context)
    {
        var routes = new List<ScoreRoute>();
        foreach (var classifier in graph.Bound.Where(node => node.Type.Role is NodeRole.Score))
        {
            foreach (var conceptId in classifier.Operator.ConceptsOut(new HashSet<long>()))
            {
                var segments = RouteProbe.Cut(graph, classifier, conceptId);
                routes.Add(
                    new ScoreRoute(
                        classifier.Node.Id,
                        conceptId,
                        segments,
                        RouteFindings.In(segments, context.NameOf(conceptId))
                    )
                );
            }
        }

        return routes;
    }
}
