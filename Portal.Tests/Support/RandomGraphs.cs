using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Domain.Workflows.Nodes;

namespace Portal.Tests.Support;

/// <summary>
/// Valid graphs by chance: one or two classifiers, thresholders with shared and extreme thresholds, writers anywhere,
/// joins, any node order.
/// </summary>
internal static class RandomGraphs
{
    private static readonly long[] s_concepts = [Graphs.Walker, Graphs.Runner, Graphs.Stroller];
    private static readonly StatusCode[] s_statuses =
    [
        StatusCode.AnnotationSuccess,
        StatusCode.AnnotationPending,
        StatusCode.AnnotationAwaitingReview,
        StatusCode.AnnotationAwaitingConsensusReview,
    ];

    public static GraphNode[] Make(Random random)
    {
        var classifiers = random.Next(1, 3);
        var nodes = new List<GraphNode>();
        for (var i = 0; i < classifiers; i++)
        {
            nodes.Add(
                Graphs.Scores(
                    $"classifier{i}",
                    [
                        .. s_concepts
                            .Where(_ => random.Next(4) > 0)
                            .Append(Graphs.Walker)
                            .Distinct()
                            .Select(id => (id, Score(random))),
                    ]
                )
            );
        }

        for (var count = random.Next(1, 17 - classifiers); count > 0; count--)
        {
            var inputs = Enumerable
                .Range(0, random.Next(1, 4))
                .Select(_ => nodes[random.Next(nodes.Count)].Id)
                .Distinct()
                .ToArray();
            nodes.Add(
                random.Next(5) < 3
                    ? Graphs.Threshold(
                        $"threshold{count}",
                        (ThresholdOperator)random.Next(1, 6),
                        Thresholds(random),
                        random.Next(3) > 0,
                        inputs
                    )
                    : Graphs.Writer($"writer{count}", s_statuses[random.Next(s_statuses.Length)], inputs)
            );
        }

        var shuffled = nodes.ToArray();
        random.Shuffle(shuffled);
        return shuffled;
    }

    /// <summary>The same with samples, filters and mappers in it.</summary>
    public static GraphNode[] MakeOfAllTypes(Random random)
    {
        var nodes = Make(random).ToList();
        foreach (var node in nodes.Where(n => n.InputIds.Count > 0).ToList())
        {
            // Something stands in the way of one of its inputs.
            var between = random.Next(6) switch
            {
                0 => Graphs.Sample($"sample-{node.Id}", Score(random), node.InputIds[0]),
                1 => Graphs.Filter($"filter-{node.Id}", "METADATA", "time", "EQUAL", "night", node.InputIds[0]),
                2 => Graphs.Mapper(
                    $"mapper-{node.Id}",
                    random.Next(2) == 0,
                    s_concepts[random.Next(3)],
                    s_concepts[random.Next(3)],
                    node.InputIds[0]
                ),
                _ => null,
            };
            if (between is null || nodes.Count == Graphs.Context.MaxNodes)
            {
                continue;
            }

            nodes.Add(between);
            nodes[nodes.IndexOf(node)] = node with { InputIds = [between.Id, .. node.InputIds.Skip(1)] };
        }

        return [.. nodes];
    }

    /// <summary>The graph as an input meets it that every sample draws and every filter lets through.</summary>
    public static GraphNode[] LettingThrough(GraphNode[] nodes) =>
        [
            .. nodes.Select(node =>
                node.Model.TypeId switch
                {
                    RandomSample.Id => Graphs.Sample(node.Id, 1, [.. node.InputIds]),
                    InputFilter.Id => Graphs.Filter(
                        node.Id,
                        "METADATA",
                        "nothing",
                        "NOT_EQUAL",
                        "something",
                        [.. node.InputIds]
                    ),
                    _ => node,
                }
            ),
        ];

    /// <summary>The graph with one classifier giving one score and the others giving none.</summary>
    public static GraphNode[] WithScore(GraphNode[] nodes, string classifier, long concept, double score) =>
        [
            .. nodes.Select(node =>
                node.Model.TypeId != FixedScoresType.Id ? node
                : node.Id == classifier ? Graphs.Scores(node.Id, (concept, score))
                : Graphs.Scores(node.Id)
            ),
        ];

    /// <summary>Often one of a few round numbers, so that scores and thresholds meet.</summary>
    public static double Score(Random random) => random.Next(2) == 0 ? random.Next(11) / 10.0 : random.NextDouble();

    private static (long, double)[] Thresholds(Random random) =>
        [
            .. s_concepts
                .Where(_ => random.Next(2) == 0)
                .Append(Graphs.Walker)
                .Distinct()
                .Select(id => (id, Score(random))),
        ];
}
