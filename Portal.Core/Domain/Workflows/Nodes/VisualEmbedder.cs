using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows.Graph;

namespace Portal.Core.Domain.Workflows.Nodes;

/// <summary>
/// Stands for the built-in network. Its vector is part of <see cref="RunInput"/>, so the node itself has nothing to
/// compute.
/// </summary>
public sealed class VisualEmbedder : NodeType
{
    public const string Id = "visual-embedder";

    public override string TypeId => Id;

    public override string DisplayName => "Visual Embedder";

    public override string Noun => "embedder";

    public override string Description =>
        "Turns a picture into the vector that classifiers read. Built in; a classifier without inputs implies it.";

    public override NodeRole Role => NodeRole.Embed;

    public override INodeOperator Bind(ModelVersionSpec version) => new Operator();

    public override NodeSummary Describe(OutputInfo output) =>
        new("turns the picture into a vector", "picture to vector", "built in");

    private sealed class Operator : INodeOperator
    {
        public NodeOutput Run(NodeInput input) => NodeOutput.Nothing;

        public IReadOnlySet<long> ConceptsOut(IReadOnlySet<long> conceptsIn) => new HashSet<long>();
    }
}
