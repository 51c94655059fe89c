using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Workflows;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Domain.Workflows.Routes;
using Portal.Tests.Support;

namespace Portal.Tests.Workflows;

public class BandBuilderTests
{
    [Fact]
    public void The_band_writes_what_is_sure_queues_the_middle_and_drops_the_rest()
    {
        var routes = Graphs.Routes(
            Nodes(
                new BandThresholds(Graphs.Walker, 0.3, 0.8),
                new BandThresholds(Graphs.Runner, 0, 0.9),
                new BandThresholds(Graphs.Stroller, 0.6, 0.6)
            )
        );

        Assert.Equal(
            [(0.3, 0.8), (0.9, 0.9), (0.6, 0.6)],
            routes.Select(route => (route.Segments[0].To, route.Segments[^1].From))
        );
        foreach (var route in routes)
        {
            var high = route.Segments[^1].From;
            Assert.Equal(RouteEnd.Success, End(route, Math.BitIncrement(high)));
            Assert.Equal(RouteEnd.Pending, End(route, high));
            Assert.Empty(route.Findings);
        }

        Assert.Equal(RouteEnd.Pending, End(routes[0], 0.3));
        Assert.Equal(RouteEnd.Nothing, End(routes[0], Math.BitDecrement(0.3)));
        Assert.Equal(RouteEnd.Pending, End(routes[1], 0));
    }

    [Fact]
    public void The_band_passes_every_check() =>
        Assert.Empty(GraphValidator.Validate(Nodes(new BandThresholds(Graphs.Walker, 0.3, 0.8)), Graphs.Context));

    [Theory]
    [InlineData(0.8, 0.3)]
    [InlineData(-0.1, 0.3)]
    [InlineData(0.3, 1.1)]
    [InlineData(double.NaN, 0.3)]
    [InlineData(0.3, double.NaN)]
    public void Ends_that_make_no_band_are_refused(double low, double high) =>
        Assert.Equal(
            StatusCode.ModelInvalidArgument,
            Assert.Throws<PortalException>(() => Nodes(new BandThresholds(Graphs.Walker, low, high))).Code
        );

    [Fact]
    public void A_band_needs_a_concept() =>
        Assert.Equal(StatusCode.ModelInvalidArgument, Assert.Throws<PortalException>(() => Nodes()).Code);

    private static GraphNode[] Nodes(params BandThresholds[] thresholds) =>
        [
            .. BandBuilder
                .Build("Sports", thresholds, "ann")
                .Select(node =>
                    node.Output is null
                        ? Graphs.Scores(node.Id, [.. thresholds.Select(band => (band.ConceptId, 0.5))])
                        : Graphs.Node(node.Id, node.TypeId, node.Output, [.. node.InputIds])
                ),
        ];

    private static RouteEnd End(ScoreRoute route, double score) =>
        route.Segments.Single(segment => segment.Contains(score)).End;
}
