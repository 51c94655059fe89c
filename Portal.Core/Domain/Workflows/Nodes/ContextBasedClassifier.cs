using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Domain.Workflows.Parameters;

namespace Portal.Core.Domain.Workflows.Nodes;

/// <summary>Scores every concept it was trained on from the input's embedding.</summary>
public sealed class ContextBasedClassifier : NodeType
{
    public const string Id = "embedding-classifier";

    public override string TypeId => Id;

    public override string DisplayName => "Context-Based Classifier";

    public override string Noun => "classifier";

    public override string Description =>
        "Scores each of its concepts from 0 to 1 by what the whole picture looks like. Learns from your labels.";

    public override NodeRole Role => NodeRole.Score;

    public override IReadOnlyList<NodeParameter> Parameters => ClassifierSettings.Parameters;

    public override ConceptUse Concepts => ConceptUse.Listed;

    public override string ConceptsLabel => "Concepts it learns";

    public override bool NeedsTraining => true;

    public override INodeOperator Bind(ModelVersionSpec version) =>
        new Operator(
            version.Head
                ?? throw new PortalException(
                    StatusCode.ModelUntrained,
                    $"The model '{version.ModelExternalId}' is not trained. Train it first.",
                    version.ModelExternalId
                ),
            version.ModelVersionId,
            version.EmbedderId
        );

    public override NodeSummary Describe(OutputInfo output) =>
        new(
            $"scores {Count(output.Concepts.Count, "concept")}",
            Count(output.Concepts.Count, "concept"),
            "trained",
            SummaryTone.Settled
        );

    private sealed class Operator(ClassifierHead head, long modelVersionId, long? embedderId) : INodeOperator
    {
        private readonly HashSet<long> _concepts = [.. head.ConceptIds];

        public NodeOutput Run(NodeInput input)
        {
            var scores = new double[head.ConceptIds.Count];
            head.Score(input.Source.EmbeddingOf(embedderId), scores);
            return new NodeOutput(
                [.. head.ConceptIds.Select((id, i) => new ConceptScore(id, scores[i], modelVersionId))],
                []
            );
        }

        public IReadOnlySet<long> ConceptsOut(IReadOnlySet<long> conceptsIn) => _concepts;
    }
}
