using System.Text.Json.Nodes;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Domain.Workflows.Nodes;
using Portal.Tests.Support;

namespace Portal.Tests.Workflows;

public class GraphValidatorTests
{
    private const ThresholdOperator Greater = ThresholdOperator.GreaterThan;

    [Fact]
    public void A_sound_graph_has_no_problems() =>
        Assert.Empty(
            Validate(
                Graphs.Embedder("embedder"),
                Graphs.Classifier("classifier", [Graphs.Walker], "embedder"),
                Graphs.Threshold("threshold", Greater, 0.8, "classifier"),
                Graphs.Writer("writer", StatusCode.AnnotationSuccess, "threshold")
            )
        );

    [Fact]
    public void No_nodes_at_all() => Fails(null, "empty-graph", StatusCode.WorkflowInvalidRequest, "no nodes");

    [Fact]
    public void More_nodes_than_allowed()
    {
        var nodes = Enumerable.Range(0, 20).Select(i => Graphs.Scores($"n{i}", (Graphs.Walker, 0.5))).ToArray();

        Assert.DoesNotContain(Validate(nodes), problem => problem.Severity is ProblemSeverity.Error);
        Fails(
            null,
            "too-many-nodes",
            StatusCode.WorkflowInvalidRequest,
            "21 nodes; at most 20",
            [.. nodes, Graphs.Scores("n20")]
        );
    }

    [Fact]
    public void Two_nodes_of_one_id() =>
        Fails("a", "duplicate-node", StatusCode.WorkflowInvalidRequest, "'a'", Graphs.Scores("a"), Graphs.Scores("a"));

    [Fact]
    public void A_connection_from_nowhere() =>
        Fails(
            "writer",
            "unknown-input",
            StatusCode.WorkflowInvalidGraph,
            "'ghost'",
            Graphs.Writer("writer", StatusCode.AnnotationSuccess, "ghost")
        );

    [Fact]
    public void A_connection_drawn_twice() =>
        Fails(
            "writer",
            "duplicate-input",
            StatusCode.WorkflowInvalidRequest,
            "'a' twice",
            Graphs.Scores("a"),
            Graphs.Writer("writer", StatusCode.AnnotationSuccess, "a", "a")
        );

    [Fact]
    public void A_cycle_names_its_nodes_and_no_others() =>
        Fails(
            "t3",
            "cycle",
            StatusCode.WorkflowInvalidGraph,
            "'t3' → 't1' → 't2' → 't3'",
            Graphs.Writer("after", StatusCode.AnnotationSuccess, "t2"),
            Graphs.Scores("a"),
            Graphs.Threshold("t1", Greater, 0.1, "t3", "a"),
            Graphs.Threshold("t2", Greater, 0.1, "t1"),
            Graphs.Threshold("t3", Greater, 0.1, "t2")
        );

    [Fact]
    public void A_node_that_reads_itself() =>
        Fails("t", "cycle", StatusCode.WorkflowInvalidGraph, "'t' → 't'", Graphs.Threshold("t", Greater, 0.1, "t"));

    [Fact]
    public void A_thresholder_or_writer_without_input()
    {
        Fails("t", "missing-input", StatusCode.WorkflowInvalidGraph, "'t'", Graphs.Threshold("t", Greater, 0.1));
        Fails(
            "w",
            "missing-input",
            StatusCode.WorkflowInvalidGraph,
            "'w'",
            Graphs.Writer("w", StatusCode.AnnotationSuccess)
        );
    }

    [Fact]
    public void Ports_that_do_not_match()
    {
        Fails(
            "e",
            "type-mismatch",
            StatusCode.WorkflowInvalidGraph,
            "gives concepts",
            Graphs.Scores("a"),
            Graphs.Embedder("e", "a")
        );
        Fails(
            "c",
            "type-mismatch",
            StatusCode.WorkflowInvalidGraph,
            "takes an embedding",
            Graphs.Scores("a"),
            Graphs.Classifier("c", [1], "a")
        );
        Fails(
            "w",
            "type-mismatch",
            StatusCode.WorkflowInvalidGraph,
            "gives an embedding",
            Graphs.Embedder("e"),
            Graphs.Writer("w", StatusCode.AnnotationSuccess, "e")
        );
    }

    [Fact]
    public void An_untrained_classifier() =>
        Fails("c", "untrained-model", StatusCode.WorkflowModelUntrained, "'sports'", Graphs.Untrained("c"));

    [Fact]
    public void A_model_of_no_known_type() =>
        Fails(
            "c",
            "unknown-type",
            StatusCode.WorkflowInvalidRequest,
            "'visual-detector'",
            Graphs.Node("c", "visual-detector", OutputInfo.Empty)
        );

    [Fact]
    public void A_model_with_wrong_parameters() =>
        Fails(
            "t",
            "invalid-model",
            StatusCode.WorkflowInvalidRequest,
            "concept_threshold_type",
            Graphs.Scores("a"),
            Graphs.Node("t", "concept-thresholder", new OutputInfo([new OutputConcept(1, 0.5)], new JsonObject()), "a")
        );

    [Fact]
    public void A_writer_for_a_stranger() =>
        Fails(
            "w",
            "unknown-user",
            StatusCode.WorkflowInvalidRequest,
            "'bob'",
            Graphs.Scores("a"),
            Graphs.Writer("w", StatusCode.AnnotationSuccess, "bob", ["a"])
        );

    [Fact]
    public void Every_error_is_reported_at_once() =>
        Assert.Equal(
            ["untrained-model", "unknown-user", "unknown-input"],
            Validate(Graphs.Untrained("c"), Graphs.Writer("w", StatusCode.AnnotationSuccess, "bob", ["c", "ghost"]))
                .Select(problem => problem.Code)
                .OrderDescending()
        );

    [Fact]
    public void No_writer_is_a_warning_for_the_whole_and_for_a_loose_end()
    {
        Warns(null, "no-writer", "no Annotation Writer", Graphs.Scores("a", (Graphs.Walker, 0.5)));
        Warns(
            "loose",
            "no-writer",
            "'loose'",
            Graphs.Scores("a", (Graphs.Walker, 0.5)),
            Graphs.Writer("w", StatusCode.AnnotationSuccess, "a"),
            Graphs.Threshold("loose", Greater, 0.5, "a")
        );
    }

    [Fact]
    public void A_threshold_for_a_concept_that_cannot_arrive()
    {
        Warns(
            "t",
            "unknown-concept",
            "runner",
            Graphs.Classifier("c", [Graphs.Walker]),
            Graphs.Threshold("t", Greater, [(Graphs.Walker, 0.5), (Graphs.Runner, 0.5)], true, "c"),
            Graphs.Writer("w", StatusCode.AnnotationSuccess, "t")
        );
        Warns(
            "t2",
            "unknown-concept",
            "runner",
            Graphs.Classifier("c", [Graphs.Walker, Graphs.Runner]),
            Graphs.Threshold("t1", Greater, 0.5, "c"),
            Graphs.Threshold("t2", Greater, [(Graphs.Walker, 0.5), (Graphs.Runner, 0.5)], true, "t1"),
            Graphs.Writer("w", StatusCode.AnnotationSuccess, "t2")
        );
    }

    [Fact]
    public void The_middle_that_two_plain_thresholders_leave_out() =>
        Warns(
            "a",
            "score-gap",
            "0.30 to 0.80 of walker reaches no writer",
            Graphs.Scores("a", (Graphs.Walker, 0.5)),
            Graphs.Threshold("sure", Greater, 0.8, "a"),
            Graphs.Writer("success", StatusCode.AnnotationSuccess, "sure"),
            Graphs.Threshold("rest", ThresholdOperator.LessThan, 0.3, "a"),
            Graphs.Writer("pending", StatusCode.AnnotationPending, "rest")
        );

    private static IReadOnlyList<GraphProblem> Validate(params GraphNode[] nodes) =>
        GraphValidator.Validate(nodes, Graphs.Context);

    /// <summary>One error, as said, and <see cref="WorkflowGraph.Build"/> throws it.</summary>
    private static void Fails(string? nodeId, string code, StatusCode status, string words, params GraphNode[] nodes)
    {
        var problem = Assert.Single(Validate(nodes));
        Assert.Equal(
            (nodeId, code, ProblemSeverity.Error, status),
            (problem.NodeId, problem.Code, problem.Severity, problem.Status)
        );
        Assert.Contains(words, problem.Message, StringComparison.Ordinal);

        var thrown = Assert.Throws<PortalException>(() => WorkflowGraph.Build(nodes, Graphs.Context));
        Assert.Equal((status, problem.Message, nodeId), (thrown.Code, thrown.Message, thrown.Subject));
    }

    private static void Warns(string? nodeId, string code, string words, params GraphNode[] nodes)
    {
        var problem = Assert.Single(Validate(nodes));
        Assert.Equal((nodeId, code, ProblemSeverity.Warning), (problem.NodeId, problem.Code, problem.Severity));
        Assert.Contains(words, problem.Message, StringComparison.Ordinal);
        WorkflowGraph.Build(nodes, Graphs.Context);
    }
}
