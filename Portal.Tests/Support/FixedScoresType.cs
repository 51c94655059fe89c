using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows.Graph;

namespace Portal.Tests.Support;

/// <summary>
/// A classifier without a network: gives each concept of its output info the score that stands there, to the last bit.
/// </summary>
internal sealed class FixedScoresType : NodeType
{
    public const string Id = "fixed-scores";

    public override string TypeId => Id;

    public override string DisplayName => "Fixed Scores";

    public override string Description => "Gives the scores it was told to.";

    public override string Noun => "scores";

    public override NodeRole Role => NodeRole.Score;

    public override INodeOperator Bind(ModelVersionSpec version) => new Operator(version);

    public override NodeSummary Describe(OutputInfo output) => new("gives its scores", "", "");

    public override OutputInfo Normalise(OutputInfo given) => given;

    private sealed class Operator(ModelVersionSpec version) : INodeOperator
    {
        public NodeOutput Run(NodeInput input) =>
            new(
                [
                    .. version.Output.Concepts.Select(concept => new ConceptScore(
                        concept.ConceptId,
                        concept.Value!.Value,
                        version.ModelVersionId
                    )),
                ],
                []
            );

        public IReadOnlySet<long> ConceptsOut(IReadOnlySet<long> conceptsIn) =>
            version.Output.Concepts.Select(concept => concept.ConceptId).ToHashSet();
    }
}
