using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Domain.Workflows.Nodes;
using Portal.Tests.Support;

namespace Portal.Tests.Workflows;

public class NodeTypeTests
{
    private static readonly double s_justBelow = Math.BitDecrement(0.3);
    private static readonly double s_justAbove = Math.BitIncrement(0.3);

    public static TheoryData<ThresholdOperator, bool, bool, bool> Comparisons =>
        new()
        {
            { ThresholdOperator.GreaterThan, false, false, true },
            { ThresholdOperator.GreaterThanOrEqual, false, true, true },
            { ThresholdOperator.LessThan, true, false, false },
            { ThresholdOperator.LessThanOrEqual, true, true, false },
            { ThresholdOperator.Equal, false, true, false },
        };

    [Theory]
    [MemberData(nameof(Comparisons))]
    public void Each_operator_means_what_its_name_says_right_at_the_threshold(
        ThresholdOperator comparison,
        bool below,
        bool at,
        bool above
    )
    {
        Assert.Equal(below, Passes(s_justBelow));
        Assert.Equal(at, Passes(0.3));
        Assert.Equal(above, Passes(s_justAbove));

        bool Passes(double score) =>
            Graphs
                .Run(
                    Graphs.Scores("scores", (Graphs.Walker, score)),
                    Graphs.Threshold("threshold", comparison, 0.3, "scores")
                )
                .Nodes[1]
                .Out.Count == 1;
    }

    [Theory]
    [InlineData("1", ThresholdOperator.GreaterThan)]
    [InlineData("2.0", ThresholdOperator.GreaterThanOrEqual)]
    [InlineData("3", ThresholdOperator.LessThan)]
    [InlineData("4", ThresholdOperator.LessThanOrEqual)]
    [InlineData("5", ThresholdOperator.Equal)]
    [InlineData("\"GREATER_THAN\"", ThresholdOperator.GreaterThan)]
    [InlineData("\"GREATER_THAN_OR_EQUAL\"", ThresholdOperator.GreaterThanOrEqual)]
    [InlineData("\"LESS_THAN\"", ThresholdOperator.LessThan)]
    [InlineData("\"LESS_THAN_OR_EQUAL\"", ThresholdOperator.LessThanOrEqual)]
    [InlineData("\"EQUAL\"", ThresholdOperator.Equal)]
    public void A_threshold_operator_is_a_number_or_a_name_at_the_top_or_in_model_metadata(
        string spelling,
        ThresholdOperator expected
    )
    {
        foreach (
            var template in new[]
            {
                "{\"concept_threshold_type\": #}",
                "{\"model_metadata\": {\"concept_threshold_type\": #}}",
            }
        )
        {
            var stored = Normalise(
                "concept-threshold",
                template.Replace("#", spelling, StringComparison.Ordinal),
                (1, 0.5)
            );

            Assert.Equal(
                $"{{\"concept_threshold_type\":{(int)expected},\"filter_other_concepts\":true}}",
                stored.Params.ToJsonString()
            );
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"concept_threshold_type\": null}")]
    [InlineData("{\"concept_threshold_type\": 0}")]
    [InlineData("{\"concept_threshold_type\": 6}")]
    [InlineData("{\"concept_threshold_type\": 1.5}")]
    [InlineData("{\"concept_threshold_type\": 1e300}")]
    [InlineData("{\"concept_threshold_type\": \"NOT_SET\"}")]
    [InlineData("{\"concept_threshold_type\": \"greater_than\"}")]
    [InlineData("{\"concept_threshold_type\": \"VALUE_GREATER_THAN\"}")]
    [InlineData("{\"concept_threshold_type\": [1]}")]
    [InlineData("{\"concept_threshold_type\": 1, \"filter_other_concepts\": \"no\"}")]
    public void Other_parameters_of_a_thresholder_are_refused(string parameters) =>
        Refused("concept-thresholder", parameters, (1, 0.5));

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(null)]
    public void A_threshold_lies_between_zero_and_one(double? threshold) =>
        Refused("concept-thresholder", "{\"concept_threshold_type\": 1}", (1, threshold));

    [Fact]
    public void A_thresholder_lists_each_concept_once_and_at_least_one()
    {
        Refused("concept-thresholder", "{\"concept_threshold_type\": 1}");
        Refused("concept-thresholder", "{\"concept_threshold_type\": 1}", (1, 0.5), (1, 0.6));
    }

    [Fact]
    public void Concepts_without_a_threshold_are_dropped_unless_asked_otherwise()
    {
        var scores = Graphs.Scores("scores", (Graphs.Walker, 0.9), (Graphs.Runner, 0.1));

        Assert.Equal([Graphs.Walker], Left(true));
        Assert.Equal([Graphs.Walker, Graphs.Runner], Left(false));

        IEnumerable<long> Left(bool filter) =>
            Graphs
                .Run(
                    scores,
                    Graphs.Threshold(
                        "threshold",
                        ThresholdOperator.GreaterThan,
                        [(Graphs.Walker, 0.5)],
                        filter,
                        "scores"
                    )
                )
                .Nodes[1]
                .Out.Select(concept => concept.ConceptId);
    }

    [Theory]
    [InlineData("24150", 24150)]
    [InlineData("24151.0", 24151)]
    [InlineData("\"ANNOTATION_SUCCESS\"", 24150)]
    [InlineData("\"SUCCESS\"", 24150)]
    [InlineData("\"ANNOTATION_PENDING\"", 24151)]
    [InlineData("\"PENDING\"", 24151)]
    [InlineData("\"ANNOTATION_AWAITING_REVIEW\"", 24157)]
    [InlineData("\"AWAITING_REVIEW\"", 24157)]
    [InlineData("24159", 24159)]
    [InlineData("\"AWAITING_CONSENSUS_REVIEW\"", 24159)]
    public void A_writers_status_is_a_code_or_a_name(string spelling, int code)
    {
        var stored = Normalise(
            "annotation-writer",
            $"{{\"model_metadata\":{{\"annotation_status\":{spelling},\"annotation_user_id\":\"ann\",\"annotation_info\":{{\"a\":1}}}}}}",
            (1, 0.5)
        );

        Assert.Equal(
            $"{{\"annotation_status\":{code},\"annotation_user_id\":\"ann\",\"annotation_info\":{{\"a\":1}}}}",
            stored.Params.ToJsonString()
        );
        Assert.Empty(stored.Concepts);
    }

    [Theory]
    [InlineData("{\"annotation_user_id\":\"ann\"}")]
    [InlineData("{\"annotation_status\":24158,\"annotation_user_id\":\"ann\"}")]
    [InlineData("{\"annotation_status\":24152,\"annotation_user_id\":\"ann\"}")]
    [InlineData("{\"annotation_status\":24150}")]
    [InlineData("{\"annotation_status\":24150,\"annotation_user_id\":\"\"}")]
    [InlineData("{\"annotation_status\":24150,\"annotation_user_id\":7}")]
    [InlineData("{\"annotation_status\":24150,\"annotation_user_id\":\"ann\",\"annotation_info\":\"x\"}")]
    public void Other_parameters_of_a_writer_are_refused(string parameters) => Refused("annotation-writer", parameters);

    [Fact]
    public void A_writer_asks_for_one_annotation_a_concept_and_passes_the_concepts_on()
    {
        var outcome = Graphs.Run(
            Graphs.Scores("scores", (Graphs.Walker, 0.9), (Graphs.Runner, 0.1)),
            Graphs.Writer("writer", StatusCode.AnnotationAwaitingReview, "scores")
        );

        Assert.Equal(outcome.Nodes[0].Out, outcome.Nodes[1].Out);
        Assert.Equal(
            [(Graphs.Walker, 0.9), (Graphs.Runner, 0.1)],
            outcome.Writes.Select(write => (write.ConceptId, write.Score))
        );
        Assert.All(
            outcome.Writes,
            write =>
            {
                Assert.Equal(
                    ("writer", StatusCode.AnnotationAwaitingReview, "ann"),
                    (write.NodeId, write.Status, write.UserId)
                );
                Assert.Equal("{\"from\":\"writer\"}", write.Info!.ToJsonString());
                Assert.Equal(outcome.Nodes[0].Out[0].ModelVersionId, write.ModelVersionId);
            }
        );
    }

    [Fact]
    public void A_classifiers_switches_are_off_unless_set_and_its_concepts_carry_no_value()
    {
        var stored = Normalise(
            "embedding-classifier",
            "{\"concepts_mutually_exclusive\":true,\"unheard_of\":1}",
            (4, 1),
            (5, null)
        );

        Assert.Equal(
            "{\"concepts_mutually_exclusive\":true,\"closed_environment\":false,\"people_only\":false}",
            stored.Params.ToJsonString()
        );
        Assert.Equal([new OutputConcept(4), new OutputConcept(5)], stored.Concepts);
        Assert.Equal(new ClassifierSettings(true, false, false), ClassifierSettings.Read(stored.Params));
        Refused("embedding-classifier", "{\"closed_environment\":\"yes\"}");
        Refused("embedding-classifier", "{}", (4, null), (4, null));
    }

    [Fact]
    public void What_is_normal_stays_as_it_is_and_survives_json()
    {
        foreach (
            var (type, parameters) in new[]
            {
                ("concept-thresholder", "{\"concept_threshold_type\":\"EQUAL\"}"),
                ("annotation-writer", "{\"annotation_status\":\"PENDING\",\"annotation_user_id\":\"ann\"}"),
            }
        )
        {
            var stored = Normalise(type, parameters, (1, 0.25));
            var read = JsonSerializer.Deserialize<OutputInfo>(JsonSerializer.Serialize(stored))!;
            var again = NodeTypeRegistry.Default.Get(type).Normalise(read);

            Assert.Equal(stored.Concepts, again.Concepts);
            Assert.Equal(stored.Params.ToJsonString(), again.Params.ToJsonString());
        }
    }

    [Fact]
    public void A_type_is_found_by_id_or_alias_and_otherwise_the_ids_are_listed()
    {
        Assert.Same(
            NodeTypeRegistry.Default.Get("concept-thresholder"),
            NodeTypeRegistry.Default.Get("concept-threshold")
        );
        var problem = Assert.Throws<PortalException>(() => NodeTypeRegistry.Default.Get("visual-detector"));

        Assert.Equal(StatusCode.ModelInvalidArgument, problem.Code);
        Assert.All(
            NodeTypeRegistry.Default.All,
            type => Assert.Contains(type.TypeId, problem.Message, StringComparison.Ordinal)
        );
    }

    private static OutputInfo Normalise(string typeId, string parameters, params (long Id, double? Value)[] concepts) =>
        NodeTypeRegistry
            .Default.Get(typeId)
            .Normalise(
                new OutputInfo(
                    [.. concepts.Select(pair => new OutputConcept(pair.Id, pair.Value))],
                    JsonNode.Parse(parameters)!.AsObject()
                )
            );

    private static void Refused(string typeId, string parameters, params (long Id, double? Value)[] concepts) =>
        Assert.Equal(
            StatusCode.ModelInvalidArgument,
            Assert.Throws<PortalException>(() => Normalise(typeId, parameters, concepts)).Code
        );
}
