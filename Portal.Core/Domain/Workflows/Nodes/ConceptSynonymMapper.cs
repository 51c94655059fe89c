using System.Collections.Frozen;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Domain.Workflows.Parameters;

namespace Portal.Core.Domain.Workflows.Nodes;

/// <summary>
/// Makes other concepts of concepts: a score of <c>hound</c> goes on as a score of <c>dog</c>. Where several come to
/// one, the highest stands.
/// </summary>
public sealed class ConceptSynonymMapper : NodeType
{
    public const string Id = "concept-synonym-mapper";

    private static readonly SwitchParameter s_filter = new(
        "filter_other_concepts",
        "Hold back concepts that are not listed",
        "On: only the concepts listed here go on. Off: the others pass as they are.",
        false
    );

    public override string TypeId => Id;

    public override string DisplayName => "Concept Synonym Mapper";

    public override string Noun => "mapper";

    public override string Description =>
        "Passes concepts on under another name: what a model calls hound becomes your concept dog.";

    public override NodeRole Role => NodeRole.Sift;

    public override IReadOnlyList<NodeParameter> Parameters { get; } = [s_filter];

    public override ConceptUse Concepts => ConceptUse.WithTarget;

    public override string ConceptsLabel => "Concepts to pass on as another";

    public override INodeOperator Bind(ModelVersionSpec version)
    {
        var output = Normalise(version.Output);
        return new Operator(
            output.Concepts.ToFrozenDictionary(concept => concept.ConceptId, concept => concept.TargetId!.Value),
            s_filter.Read(output.Params)
        );
    }

    public override NodeSummary Describe(OutputInfo output)
    {
        var targets = output.Concepts.Select(concept => concept.TargetId).Distinct().Count();
        var concepts = Count(output.Concepts.Count, "concept");
        return new NodeSummary(
            $"passes {concepts} on as {targets} other{(targets == 1 ? "" : "s")}",
            concepts,
            $"→ {targets}"
        );
    }

    private sealed class Operator(FrozenDictionary<long, long> targets, bool filter) : INodeOperator
    {
        public IReadOnlyCollection<long> ExpectedConcepts => targets.Keys;

        public NodeOutput Run(NodeInput input) =>
            new(
                [
                    .. input
                        .Concepts.Where(Passes)
                        .Select(concept => concept with { ConceptId = Map(concept.ConceptId) })
                        .GroupBy(concept => concept.ConceptId)
                        .Select(same =>
                            same.MaxBy(concept => concept.Score)! with
                            {
                                Sampled = same.All(concept => concept.Sampled),
                            }
                        ),
                ],
                []
            );

        public IReadOnlySet<long> ConceptsOut(IReadOnlySet<long> conceptsIn) =>
            conceptsIn.Where(id => !filter || targets.ContainsKey(id)).Select(Map).ToHashSet();

        private bool Passes(ConceptScore concept) => !filter || targets.ContainsKey(concept.ConceptId);

        private long Map(long conceptId) => targets.GetValueOrDefault(conceptId, conceptId);
    }
}
