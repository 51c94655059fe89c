using System.Text.Json.Nodes;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Domain.Workflows.Nodes;
using Portal.Core.Domain.Workflows.Routes;
using Portal.Tests.Support;

namespace Portal.Tests.Workflows;

public sealed class InputFilterTests
{
    private static readonly RunInput s_night = new(
        1,
        "photo-1",
        new Half[] { (Half)1 },
        JsonNode.Parse("""{"camera":{"model":"K-1"},"time":"Night","iso":1600,"flash":false}""")!.AsObject(),
        new InputMedia("IMG_7.png", "image/png", 640, 480)
    );

    [Theory]
    [InlineData("METADATA", "time", "EQUAL", "night", true)]
    [InlineData("METADATA", "time", "EQUAL", "day", false)]
    [InlineData("METADATA", "camera.model", "EQUAL", "K-1", true)]
    [InlineData("METADATA", "camera.serial", "EQUAL", "1", false)]
    [InlineData("METADATA", "camera.serial", "NOT_EQUAL", "1", true)]
    [InlineData("METADATA", "camera.serial", "PRESENT", "", false)]
    [InlineData("METADATA", "flash", "EQUAL", "false", true)]
    [InlineData("METADATA", "iso", "EQUAL", "1600.0", true)]
    [InlineData("METADATA", "iso", "AT_LEAST", "1600", true)]
    [InlineData("METADATA", "iso", "AT_MOST", "1599", false)]
    [InlineData("METADATA", "time", "AT_LEAST", "1", false)]
    [InlineData("METADATA", "camera", "PRESENT", "", true)]
    [InlineData("MEDIA_TYPE", "", "CONTAINS", "PNG", true)]
    [InlineData("FILE_NAME", "", "CONTAINS", "img", true)]
    [InlineData("WIDTH", "", "AT_LEAST", "641", false)]
    [InlineData("HEIGHT", "", "AT_MOST", "480", true)]
    public void An_input_passes_if_the_condition_holds(
        string property,
        string field,
        string comparison,
        string value,
        bool passes
    )
    {
        var graph = WorkflowGraph.Build(
            [Graphs.Scores("a", (Graphs.Walker, 0.9)), Filter(property, field, comparison, value)],
            Graphs.Context
        );

        Assert.Equal(passes, WorkflowRunner.Run(graph, s_night).Nodes[1].Out.Count == 1);
    }

    [Fact]
    public void A_picture_of_which_nothing_is_known_passes_only_what_asks_for_something_not_to_be()
    {
        foreach (var (comparison, passes) in new[] { ("EQUAL", false), ("NOT_EQUAL", true) })
        {
            var graph = WorkflowGraph.Build(
                [Graphs.Scores("a", (Graphs.Walker, 0.9)), Filter("WIDTH", "", comparison, "640")],
                Graphs.Context
            );
            Assert.Equal(passes, WorkflowRunner.Run(graph, new RunInput(0, "probe", default)).Nodes[1].Out.Count == 1);
        }
    }

    [Fact]
    public void The_route_is_that_of_an_input_that_gets_through()
    {
        var route = Assert.Single(
            Graphs.Routes(
                Graphs.Scores("a", (Graphs.Walker, 0.9)),
                Filter("METADATA", "time", "EQUAL", "night"),
                Graphs.Writer("writer", StatusCode.AnnotationSuccess, "filter")
            )
        );

        Assert.Equal(RouteEnd.Success, Assert.Single(route.Segments).End);
    }

    [Theory]
    [InlineData("METADATA", "", "EQUAL", "night", "metadata_field")]
    [InlineData("WIDTH", "", "EQUAL", "", "value")]
    [InlineData("WIDTH", "", "AT_LEAST", "wide", "number")]
    [InlineData("WEIGHT", "", "EQUAL", "1", "input_property")]
    public void Half_a_condition_is_refused_by_name(
        string property,
        string field,
        string comparison,
        string value,
        string named
    ) =>
        Assert.Contains(
            named,
            Assert
                .Throws<PortalException>(() =>
                    NodeTypeRegistry
                        .Default.Get(InputFilter.Id)
                        .Normalise(Filter(property, field, comparison, value).Model.Output)
                )
                .Message,
            StringComparison.Ordinal
        );

    private static GraphNode Filter(string property, string field, string comparison, string value) =>
        Graphs.Filter("filter", property, field, comparison, value, "a");
}
