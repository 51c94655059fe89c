using FsCheck;
using FsCheck.Fluent;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Domain.Workflows.Nodes;
using Portal.Tests.Support;

namespace Portal.Tests.Workflows;

public class WorkflowRunnerTests
{
    [Fact]
    public void Joined_nodes_give_the_union_with_the_higher_score_and_the_version_that_gave_it()
    {
        var low = Graphs.Scores("low", (Graphs.Walker, 0.4), (Graphs.Runner, 0.9));
        var high = Graphs.Scores("high", (Graphs.Walker, 0.7), (Graphs.Stroller, 0.1));
        var joined = Graphs
            .Run(low, high, Graphs.Writer("writer", StatusCode.AnnotationPending, "low", "high"))
            .Nodes[2]
            .In;

        Assert.Equal(
            [
                new ConceptScore(Graphs.Walker, 0.7, high.Model.ModelVersionId),
                new ConceptScore(Graphs.Runner, 0.9, low.Model.ModelVersionId),
                new ConceptScore(Graphs.Stroller, 0.1, high.Model.ModelVersionId),
            ],
            joined
        );
    }

    [Fact]
    public void A_classifier_reads_the_embedding_as_a_root_and_behind_an_embedder_alike()
    {
        var root = Graphs.Run(Graphs.Classifier("classifier", [Graphs.Walker]));
        var behind = Graphs.Run(
            Graphs.Classifier("classifier", [Graphs.Walker], "embedder"),
            Graphs.Embedder("embedder")
        );

        Assert.Equal([new ConceptScore(Graphs.Walker, 0.5, 70)], root.Nodes[0].Out);
        Assert.Equal(root.Nodes[0].Out, behind.Nodes[0].Out);
        Assert.True(behind.Nodes[1].Ran);
    }

    [Fact]
    public void Nodes_that_nothing_reaches_are_listed_empty_in_the_users_order()
    {
        var outcome = Graphs.Run(
            Graphs.Writer("writer", StatusCode.AnnotationSuccess, "threshold"),
            Graphs.Threshold("threshold", ThresholdOperator.GreaterThan, 0.8, "scores"),
            Graphs.Scores("scores", (Graphs.Walker, 0.8))
        );

        Assert.Equal(["writer", "threshold", "scores"], outcome.Nodes.Select(node => node.NodeId));
        Assert.Equal([false, true, true], outcome.Nodes.Select(node => node.Ran));
        Assert.Empty(outcome.Nodes[0].In);
        Assert.Empty(outcome.Nodes[0].Out);
        Assert.Empty(outcome.Writes);
    }

    [Fact]
    public void A_node_may_follow_a_writer()
    {
        var outcome = Graphs.Run(
            Graphs.Scores("scores", (Graphs.Walker, 0.9), (Graphs.Runner, 0.2)),
            Graphs.Writer("all", StatusCode.AnnotationPending, "scores"),
            Graphs.Threshold("threshold", ThresholdOperator.GreaterThan, 0.8, "all"),
            Graphs.Writer("sure", StatusCode.AnnotationSuccess, "threshold")
        );

        Assert.Equal(
            [(Graphs.Walker, "sure"), (Graphs.Runner, "all")],
            outcome.Writes.Select(write => (write.ConceptId, write.NodeId))
        );
    }

    [Theory]
    [InlineData(StatusCode.AnnotationPending, StatusCode.AnnotationSuccess, "second")]
    [InlineData(StatusCode.AnnotationAwaitingReview, StatusCode.AnnotationSuccess, "second")]
    [InlineData(StatusCode.AnnotationPending, StatusCode.AnnotationAwaitingReview, "second")]
    [InlineData(StatusCode.AnnotationPending, StatusCode.AnnotationAwaitingConsensusReview, "second")]
    [InlineData(StatusCode.AnnotationAwaitingReview, StatusCode.AnnotationAwaitingConsensusReview, "first")]
    [InlineData(StatusCode.AnnotationAwaitingConsensusReview, StatusCode.AnnotationAwaitingReview, "first")]
    [InlineData(StatusCode.AnnotationSuccess, StatusCode.AnnotationPending, "first")]
    [InlineData(StatusCode.AnnotationSuccess, StatusCode.AnnotationSuccess, "first")]
    public void One_write_a_concept_survives_by_status_and_then_by_order(
        StatusCode first,
        StatusCode second,
        string winner
    )
    {
        var outcome = Graphs.Run(
            Graphs.Writer("first", first, "scores"),
            Graphs.Writer("second", second, "scores"),
            Graphs.Scores("scores", (Graphs.Walker, 0.9))
        );

        Assert.Equal(winner, Assert.Single(outcome.Writes).NodeId);
        var overruled = Assert.Single(outcome.Overruled);
        Assert.Equal(winner == "first" ? "second" : "first", overruled.Write.NodeId);
        Assert.Same(outcome.Writes[0], overruled.By);
        Assert.Contains($"'{winner}'", overruled.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_graph_runs_by_the_rules() =>
        Prop.ForAll<DoNotSize<int>>(seed =>
            {
                var random = new Random(seed.Item);
                var nodes = RandomGraphs.Make(random);
                var outcome = Graphs.Run(nodes);
                var again = Graphs.Run(nodes);

                Assert.Equal(Describe(outcome), Describe(again));
                Assert.Equal(nodes.Select(node => node.Id), outcome.Nodes.Select(node => node.NodeId));
                foreach (var (node, trace) in nodes.Zip(outcome.Nodes))
                {
                    // What arrives is what the inputs let go, with the highest score; writers change nothing.
                    var arriving = outcome
                        .Nodes.Where(other => node.InputIds.Contains(other.NodeId))
                        .SelectMany(other => other.Out)
                        .GroupBy(score => score.ConceptId)
                        .ToDictionary(same => same.Key, same => same.Max(score => score.Score));
                    Assert.Equal(arriving, trace.In.ToDictionary(score => score.ConceptId, score => score.Score));
                    Assert.True(trace.Ran || (trace.In.Count == 0 && trace.Out.Count == 0));
                    Assert.True(node.Model.TypeId == FixedScoresType.Id || trace.Out.All(trace.In.Contains));
                    Assert.True(node.Model.TypeId != AnnotationWriter.Id || trace.Out.SequenceEqual(trace.In));
                }

                var intended = outcome.Nodes.SelectMany(trace => trace.Writes).ToList();
                Assert.Equal(intended.Count, outcome.Writes.Count + outcome.Overruled.Count);
                Assert.Equal(
                    intended.Select(write => write.ConceptId).Distinct().Order(),
                    outcome.Writes.Select(write => write.ConceptId).Order()
                );
                foreach (var winner in outcome.Writes)
                {
                    var rivals = intended.Where(write => write.ConceptId == winner.ConceptId).ToList();
                    var wanted =
                        rivals.Find(write => write.Status == StatusCode.AnnotationSuccess)
                        ?? rivals.Find(write =>
                            write.Status
                                is StatusCode.AnnotationAwaitingReview
                                    or StatusCode.AnnotationAwaitingConsensusReview
                        )
                        ?? rivals[0];
                    Assert.Equal(wanted with { ReviewRequested = winner.ReviewRequested }, winner);
                }
            })
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Of_two_graphs_in_another_order_the_traces_agree() =>
        Prop.ForAll<DoNotSize<int>>(seed =>
            {
                var random = new Random(seed.Item);
                var nodes = RandomGraphs.Make(random);
                var shuffled = nodes.ToArray();
                random.Shuffle(shuffled);
                var traces = Graphs.Run(shuffled).Nodes.ToDictionary(trace => trace.NodeId);

                Assert.All(Graphs.Run(nodes).Nodes, trace => Assert.Equal(trace.Out, traces[trace.NodeId].Out));
            })
            .QuickCheckThrowOnFailure();

    private static string Describe(RunOutcome outcome) =>
        string.Join(
            '\n',
            outcome
                .Nodes.Select(trace => $"{trace.NodeId}: {string.Join(';', trace.In)} > {string.Join(';', trace.Out)}")
                .Concat(
                    outcome.Writes.Select(write => $"{write.NodeId} {write.ConceptId} {write.Score:R} {write.Status}")
                )
                .Concat(
                    outcome.Overruled.Select(overruled =>
                        $"{overruled.Write.NodeId} {overruled.Write.ConceptId} {overruled.Reason}"
                    )
                )
        );
}
