using System.Text.Json.Nodes;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Domain.Workflows.Nodes;
using Portal.Core.Domain.Workflows.Routes;

namespace Portal.Tests.Support;

/// <summary>
/// Short ways to write a workflow graph in a test. Concepts: 1 walker, 2 runner, 3 stroller. User: ann.
/// </summary>
internal static class Graphs
{
    public const long Walker = 1;
    public const long Runner = 2;
    public const long Stroller = 3;

    public static readonly RunInput Input = new(1, "photo-1", new Half[] { (Half)1 });

    public static readonly GraphContext Context = new(
        new NodeTypeRegistry([.. NodeTypeRegistry.Default.All, new FixedScoresType()]),
        new Dictionary<long, string>
        {
            [Walker] = "walker",
            [Runner] = "runner",
            [Stroller] = "stroller",
        },
        new HashSet<string> { "ann" }
    );

    public static GraphNode Scores(string id, params (long Concept, double Score)[] scores) =>
        Node(
            id,
            FixedScoresType.Id,
            new OutputInfo([.. scores.Select(pair => new OutputConcept(pair.Concept, pair.Score))], [])
        );

    /// <summary>A trained classifier that scores every input 0.5 for these concepts.</summary>
    public static GraphNode Classifier(string id, long[] concepts, params string[] inputs) =>
        new(
            id,
            new ModelVersionSpec(
                70,
                7,
                "sports",
                ContextBasedClassifier.Id,
                true,
                OutputInfo.Empty,
                new ClassifierHead(
                    ClassifierLink.Sigmoid,
                    concepts,
                    new float[concepts.Length],
                    new float[concepts.Length],
                    [0],
                    [1]
                )
            ),
            inputs
        );

    public static GraphNode Untrained(string id) =>
        new(id, new ModelVersionSpec(71, 7, "sports", ContextBasedClassifier.Id, false, OutputInfo.Empty, null), []);

    public static GraphNode Embedder(string id, params string[] inputs) =>
        Node(id, VisualEmbedder.Id, OutputInfo.Empty, inputs);

    public static GraphNode Threshold(
        string id,
        ThresholdOperator comparison,
        double threshold,
        params string[] inputs
    ) => Threshold(id, comparison, [(Walker, threshold)], true, inputs);

    public static GraphNode Threshold(
        string id,
        ThresholdOperator comparison,
        (long Concept, double Threshold)[] thresholds,
        bool filterOthers,
        params string[] inputs
    ) =>
        Node(
            id,
            ConceptThresholder.Id,
            new OutputInfo(
                [.. thresholds.Select(pair => new OutputConcept(pair.Concept, pair.Threshold))],
                ConceptThresholder.Params(comparison, filterOthers)
            ),
            inputs
        );

    public static GraphNode Sample(string id, double share, params string[] inputs) =>
        Node(id, RandomSample.Id, new OutputInfo([], RandomSample.Params(share)), inputs);

    public static GraphNode Filter(
        string id,
        string property,
        string field,
        string comparison,
        string value,
        params string[] inputs
    ) =>
        Node(
            id,
            InputFilter.Id,
            new OutputInfo(
                [],
                new JsonObject
                {
                    ["input_property"] = property,
                    ["metadata_field"] = field,
                    ["comparison"] = comparison,
                    ["value"] = value,
                }
            ),
            inputs
        );

    public static GraphNode Mapper(string id, bool filter, long from, long to, params string[] inputs) =>
        Node(
            id,
            ConceptSynonymMapper.Id,
            new OutputInfo(
                [new OutputConcept(from, TargetId: to)],
                new JsonObject { ["filter_other_concepts"] = filter }
            ),
            inputs
        );

    public static GraphNode Writer(string id, StatusCode status, params string[] inputs) =>
        Writer(id, status, "ann", inputs);

    public static GraphNode Writer(string id, StatusCode status, string user, string[] inputs) =>
        Node(
            id,
            AnnotationWriter.Id,
            new OutputInfo([], AnnotationWriter.Params(status, user, new JsonObject { ["from"] = id })),
            inputs
        );

    public static GraphNode Node(string id, string typeId, OutputInfo output, params string[] inputs) =>
        new(
            id,
            new ModelVersionSpec(
                (uint)id.GetHashCode(StringComparison.Ordinal),
                1,
                $"model-of-{id}",
                typeId,
                true,
                output,
                null
            ),
            inputs
        );

    public static RunOutcome Run(params GraphNode[] nodes) =>
        WorkflowRunner.Run(WorkflowGraph.Build(nodes, Context), Input);

    public static IReadOnlyList<ScoreRoute> Routes(params GraphNode[] nodes) =>
        ScoreRoute.Of(WorkflowGraph.Build(nodes, Context), Context);
}
