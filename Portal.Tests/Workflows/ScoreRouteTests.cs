using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Domain.Workflows.Nodes;
using Portal.Core.Domain.Workflows.Routes;
using Portal.Tests.Support;

namespace Portal.Tests.Workflows;

public class ScoreRouteTests
{
    [Fact]
    public void The_tutorials_two_thresholders_leave_a_gap_in_the_middle()
    {
        var route = Assert.Single(
            Graphs.Routes(
                Graphs.Scores("a", (Graphs.Walker, 0.5)),
                Graphs.Threshold("sure", ThresholdOperator.GreaterThan, 0.8, "a"),
                Graphs.Writer("success", StatusCode.AnnotationSuccess, "sure"),
                Graphs.Threshold("rest", ThresholdOperator.LessThan, 0.3, "a"),
                Graphs.Writer("pending", StatusCode.AnnotationPending, "rest")
            )
        );

        Assert.Equal(("a", Graphs.Walker), (route.NodeId, route.ConceptId));
        Assert.Equal("[0, 0.3) Pending pending|[0.3, 0.8] Nothing |(0.8, 1] Success success", Describe(route));
        Assert.Equal(RouteFindingKind.Gap, Assert.Single(route.Findings).Kind);
    }

    [Fact]
    public void Nothing_at_the_low_end_is_no_gap()
    {
        var route = Assert.Single(
            Graphs.Routes(
                Graphs.Scores("a", (Graphs.Walker, 0.5)),
                Graphs.Threshold("sure", ThresholdOperator.GreaterThanOrEqual, 0.8, "a"),
                Graphs.Writer("success", StatusCode.AnnotationSuccess, "sure")
            )
        );

        Assert.Equal("[0, 0.8) Nothing |[0.8, 1] Success success", Describe(route));
        Assert.Empty(route.Findings);
    }

    [Fact]
    public void A_single_score_can_be_a_gap_or_a_segment()
    {
        var route = Assert.Single(
            Graphs.Routes(
                Graphs.Scores("a", (Graphs.Walker, 0.5)),
                Graphs.Threshold("above", ThresholdOperator.GreaterThan, 0.5, "a"),
                Graphs.Threshold("below", ThresholdOperator.LessThan, 0.5, "a"),
                Graphs.Threshold("one", ThresholdOperator.Equal, 1, "a"),
                Graphs.Writer("success", StatusCode.AnnotationSuccess, "one"),
                Graphs.Writer("pending", StatusCode.AnnotationPending, "above", "below")
            )
        );

        Assert.Equal(
            "[0, 0.5) Pending pending|[0.5, 0.5] Nothing |(0.5, 1) Pending pending|[1, 1] Success success+pending",
            Describe(route)
        );
        Assert.Equal(
            [
                "Exactly 0.50 of walker reaches no writer, although lower and higher scores do.",
                "Exactly 1.00 of walker reaches 2 writers (success, pending) of the same concept; only one "
                    + "annotation is made.",
            ],
            route.Findings.Select(finding => finding.Message)
        );
    }

    [Fact]
    public void A_graph_without_a_writer_leads_nowhere() =>
        Assert.Equal(
            "[0, 1] Nothing ",
            Describe(Assert.Single(Graphs.Routes(Graphs.Scores("a", (Graphs.Walker, 0.5)))))
        );

    [Fact]
    public void The_bar_of_any_graph_agrees_with_its_runs() =>
        Prop.ForAll<DoNotSize<int>>(seed =>
            {
                var random = new Random(seed.Item);
                var nodes = RandomGraphs.MakeOfAllTypes(random);
                var open = RandomGraphs.LettingThrough(nodes);
                foreach (var route in Graphs.Routes(nodes))
                {
                    AssertCovers(route);
                    var ends = route.Segments.SelectMany(segment =>
                        new[] { segment.From, Math.BitIncrement(segment.From), Math.BitDecrement(segment.To) }
                    );
                    foreach (var score in ends.Where(end => end is >= 0 and <= 1).Append(RandomGraphs.Score(random)))
                    {
                        var outcome = Graphs.Run(RandomGraphs.WithScore(open, route.NodeId, route.ConceptId, score));
                        var segment = Assert.Single(route.Segments, segment => segment.Contains(score));
                        Assert.Equal(
                            outcome.Nodes.Where(trace => trace.Writes.Count > 0).Select(trace => trace.NodeId),
                            segment.WriterNodeIds
                        );
                        Assert.Equal(
                            outcome.Writes.Count == 0 ? RouteEnd.Nothing
                                : outcome.Writes.Any(w => w.Status == StatusCode.AnnotationSuccess) ? RouteEnd.Success
                                : RouteEnd.Pending,
                            segment.End
                        );
                        Assert.Equal(outcome.Writes.Any(w => w.ReviewRequested), segment.Audited);
                    }
                }
            })
            .QuickCheckThrowOnFailure();

    private static void AssertCovers(ScoreRoute route)
    {
        Assert.Equal((0, true), (route.Segments[0].From, route.Segments[0].FromInclusive));
        Assert.Equal((1, true), (route.Segments[^1].To, route.Segments[^1].ToInclusive));
        foreach (var (left, right) in route.Segments.Zip(route.Segments.Skip(1)))
        {
            Assert.Equal(left.To, right.From);
            Assert.NotEqual(left.ToInclusive, right.FromInclusive);
        }
    }

    private static string Describe(ScoreRoute route) =>
        string.Join(
            '|',
            route.Segments.Select(segment =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(segment.FromInclusive ? '[' : '(')}{segment.From}, {segment.To}{(segment.ToInclusive ? ']' : ')')} {segment.End} {string.Join('+', segment.WriterNodeIds)}"
                )
            )
        );
}
