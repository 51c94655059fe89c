using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Domain.Workflows.Nodes;
using Portal.Core.Domain.Workflows.Routes;
using Portal.Tests.Support;

namespace Portal.Tests.Workflows;

public sealed class RandomSampleTests
{
    [Fact]
    public void The_share_that_passes_is_the_share_that_was_asked_for()
    {
        const int inputs = 20_000;
        foreach (var share in new[] { 0.05, 0.5, 0.9 })
        {
            var kept = Enumerable.Range(0, inputs).Count(i => RandomSample.Draw($"photo-{i}", "sample") < share);

            // Five standard deviations of a binomial: a right draw fails once in two million.
            Assert.InRange(
                kept / (double)inputs,
                share - (5 * Math.Sqrt(share * (1 - share) / inputs)),
                share + (5 * Math.Sqrt(share * (1 - share) / inputs))
            );
        }
    }

    [Fact]
    public void A_draw_repeats_itself_and_two_nodes_draw_independently()
    {
        var inputs = Enumerable.Range(0, 20_000).Select(i => $"photo-{i}").ToList();
        Assert.All(inputs, id => Assert.Equal(RandomSample.Draw(id, "one"), RandomSample.Draw(id, "one")));

        var both = inputs.Count(id => RandomSample.Draw(id, "one") < 0.5 && RandomSample.Draw(id, "two") < 0.5);

        Assert.InRange(both / 20_000.0, 0.235, 0.265);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 200)]
    public void Nothing_and_everything_are_shares_too(double share, int expected)
    {
        var graph = WorkflowGraph.Build(
            [Graphs.Scores("a", (Graphs.Walker, 0.9)), Graphs.Sample("sample", share, "a")],
            Graphs.Context
        );

        Assert.Equal(
            expected,
            Enumerable
                .Range(0, 200)
                .Count(i => WorkflowRunner.Run(graph, new RunInput(i, $"photo-{i}", default)).Nodes[1].Out.Count == 1)
        );
    }

    [Fact]
    public void A_sample_of_what_is_settled_that_goes_to_review_as_well_stays_settled_and_is_to_be_audited()
    {
        foreach (var asked in new[] { StatusCode.AnnotationPending, StatusCode.AnnotationAwaitingReview })
        {
            var write = Assert.Single(Run(1, asked).Writes);
            Assert.Equal(
                ("success", StatusCode.AnnotationSuccess, true),
                (write.NodeId, write.Status, write.ReviewRequested)
            );

            Assert.False(Assert.Single(Run(0, asked).Writes).ReviewRequested);
        }

        static RunOutcome Run(double share, StatusCode asked) =>
            Graphs.Run(
                Graphs.Scores("a", (Graphs.Walker, 0.9)),
                Graphs.Writer("success", StatusCode.AnnotationSuccess, "a"),
                Graphs.Sample("sample", share, "a"),
                Graphs.Writer("review", asked, "sample")
            );
    }

    [Fact]
    public void Two_writers_that_overlap_without_a_sample_are_no_audit()
    {
        var outcome = Graphs.Run(
            Graphs.Scores("a", (Graphs.Walker, 0.9)),
            Graphs.Writer("success", StatusCode.AnnotationSuccess, "a"),
            Graphs.Sample("sample", 1, "a"),
            Graphs.Writer("review", StatusCode.AnnotationPending, "a", "sample")
        );

        Assert.False(Assert.Single(outcome.Writes).ReviewRequested);
    }

    [Fact]
    public void The_route_is_that_of_an_input_that_is_drawn_and_says_where_it_is_audited()
    {
        var route = Assert.Single(
            Graphs.Routes(
                Graphs.Scores("a", (Graphs.Walker, 0.9)),
                Graphs.Threshold("sure", ThresholdOperator.GreaterThan, 0.8, "a"),
                Graphs.Writer("success", StatusCode.AnnotationSuccess, "sure"),
                Graphs.Sample("sample", 0, "sure"),
                Graphs.Writer("review", StatusCode.AnnotationAwaitingReview, "sample")
            )
        );

        Assert.Equal(
            [(RouteEnd.Nothing, false), (RouteEnd.Success, true)],
            route.Segments.Select(s => (s.End, s.Audited))
        );
        Assert.Empty(route.Findings);
    }
}
