using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Domain.Workflows.Nodes;
using Portal.Core.Domain.Workflows.Routes;
using Portal.Tests.Support;

namespace Portal.Tests.Workflows;

public sealed class ConceptSynonymMapperTests
{
    [Fact]
    public void Concepts_go_on_as_others_and_of_several_that_come_to_one_the_highest_score_stands()
    {
        var outcome = Graphs.Run(
            Graphs.Scores("a", (Graphs.Walker, 0.2), (Graphs.Runner, 0.9), (Graphs.Stroller, 0.4)),
            Graphs.Mapper("mapper", false, Graphs.Runner, Graphs.Walker, "a"),
            Graphs.Writer("writer", StatusCode.AnnotationSuccess, "mapper")
        );

        Assert.Equal(
            [(Graphs.Walker, 0.9), (Graphs.Stroller, 0.4)],
            outcome.Writes.Select(write => (write.ConceptId, write.Score))
        );
    }

    [Fact]
    public void Concepts_that_are_not_listed_stop_where_that_is_asked_for()
    {
        var outcome = Graphs.Run(
            Graphs.Scores("a", (Graphs.Walker, 0.2), (Graphs.Runner, 0.9)),
            Graphs.Mapper("mapper", true, Graphs.Runner, Graphs.Stroller, "a")
        );

        Assert.Equal([Graphs.Stroller], outcome.Nodes[1].Out.Select(concept => concept.ConceptId));
    }

    [Fact]
    public void The_route_of_a_concept_is_cut_by_the_thresholds_of_what_it_becomes()
    {
        var route = Graphs
            .Routes(
                Graphs.Scores("a", (Graphs.Runner, 0.9)),
                Graphs.Mapper("mapper", false, Graphs.Runner, Graphs.Walker, "a"),
                Graphs.Threshold("sure", ThresholdOperator.GreaterThan, 0.7, "mapper"),
                Graphs.Writer("writer", StatusCode.AnnotationSuccess, "sure")
            )
            .Single();

        Assert.Equal((Graphs.Runner, 0.7), (route.ConceptId, route.Segments[1].From));
        Assert.Equal([RouteEnd.Nothing, RouteEnd.Success], route.Segments.Select(segment => segment.End));
    }

    [Fact]
    public void Two_writers_of_a_concept_and_of_what_it_became_do_not_overlap_and_two_of_what_it_became_do()
    {
        GraphNode[] apart =
        [
            Graphs.Scores("a", (Graphs.Runner, 0.9)),
            Graphs.Mapper("mapper", false, Graphs.Runner, Graphs.Walker, "a"),
            Graphs.Writer("as-runner", StatusCode.AnnotationSuccess, "a"),
            Graphs.Writer("as-walker", StatusCode.AnnotationPending, "mapper"),
        ];
        var route = Graphs.Routes(apart).Single();
        Assert.Equal(["as-runner", "as-walker"], route.Segments.Single().WriterNodeIds);
        Assert.Empty(route.Findings);

        var finding = Assert.Single(
            Graphs.Routes([.. apart, Graphs.Writer("again", StatusCode.AnnotationPending, "mapper")]).Single().Findings
        );

        Assert.Equal(RouteFindingKind.Overlap, finding.Kind);
        Assert.Contains("2 writers (as-walker, again)", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_concept_without_a_target_and_an_empty_list_are_refused()
    {
        var type = NodeTypeRegistry.Default.Get(ConceptSynonymMapper.Id);

        Assert.Contains(
            "target_id",
            Assert.Throws<PortalException>(() => type.Normalise(new OutputInfo([new OutputConcept(1)], []))).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<PortalException>(() => type.Normalise(OutputInfo.Empty));
    }
}
