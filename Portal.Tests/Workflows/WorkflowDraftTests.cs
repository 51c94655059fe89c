using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Domain.Workflows.Nodes;
using Portal.Features.Workflows;

namespace Portal.Tests.Workflows;

public sealed class WorkflowDraftTests
{
    private static readonly ModelView Classifier = Model("park", ContextBasedClassifier.Id);
    private static readonly ModelView Thresholder = Model("sure", ConceptThresholder.Id);
    private static readonly ModelView Writer = Model("ok", AnnotationWriter.Id);
    private static readonly ModelView[] Models = [Classifier, Thresholder, Writer];

    [Fact]
    public void A_new_node_reads_from_the_last_one_that_scores_or_sifts()
    {
        var draft = Chain(Classifier, Thresholder, Writer, Writer);

        Assert.Equal(["classifier", "thresholder", "writer", "writer-2"], draft.Nodes.Select(n => n.Id));
        Assert.Empty(draft.Nodes[0].Inputs);
        Assert.Equal(["classifier"], draft.Nodes[1].Inputs);
        Assert.Equal(["thresholder"], draft.Nodes[2].Inputs);
        Assert.Equal(["thresholder"], draft.Nodes[3].Inputs);
    }

    [Fact]
    public void Readers_follow_a_renamed_node()
    {
        var draft = Chain(Classifier, Thresholder);

        draft.Rename(draft.Nodes[0], "scores");

        Assert.Equal(["scores"], draft.Nodes[1].Inputs);
    }

    [Fact]
    public void A_removed_node_is_read_by_nobody()
    {
        var draft = Chain(Classifier, Thresholder, Writer);

        draft.Remove(draft.Nodes[1]);

        Assert.Equal(["classifier", "writer"], draft.Nodes.Select(n => n.Id));
        Assert.Empty(draft.Nodes[1].Inputs);
    }

    [Fact]
    public void Moving_past_an_end_changes_nothing()
    {
        var draft = Chain(Classifier, Thresholder);

        draft.Move(draft.Nodes[0], -1);
        draft.Move(draft.Nodes[1], 1);

        Assert.Equal(["classifier", "thresholder"], draft.Nodes.Select(n => n.Id));
    }

    private static WorkflowDraft Chain(params ModelView[] models)
    {
        var draft = new WorkflowDraft();
        foreach (var model in models)
        {
            draft.Add(model, Models, NodeTypeRegistry.Default);
        }

        return draft;
    }

    private static ModelView Model(string id, string typeId) =>
        new(
            new Model
            {
                ExternalId = id,
                Name = id,
                TypeId = typeId,
                Output = OutputInfo.Empty.ToJson(),
            },
            OutputInfo.Empty,
            []
        );
}
