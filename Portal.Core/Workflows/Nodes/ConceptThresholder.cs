using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json.Nodes;
using Portal.Core.Errors;

namespace Portal.Core.Workflows.Nodes;

/// <summary>Passes a concept on if <c>score OP its own threshold</c> holds, OP having its plain meaning.</summary>
public sealed class ConceptThresholder : NodeType
{
    public const string Id = "concept-thresholder";

    public const string OperatorKey = "concept_threshold_type";
    public const string FilterKey = "filter_other_concepts";

    private static readonly Dictionary<string, int> s_operators = new(StringComparer.Ordinal)
    {
        ["GREATER_THAN"] = (int)ThresholdOperator.GreaterThan,
        ["GREATER_THAN_OR_EQUAL"] = (int)ThresholdOperator.GreaterThanOrEqual,
        ["LESS_THAN"] = (int)ThresholdOperator.LessThan,
        ["LESS_THAN_OR_EQUAL"] = (int)ThresholdOperator.LessThanOrEqual,
        ["EQUAL"] = (int)ThresholdOperator.Equal,
    };

    public override string TypeId => Id;

    public override IReadOnlyList<string> Aliases => ["concept-threshold"];

    public override string DisplayName => "Concept Thresholder";

    public override string Description => "Lets a concept through when its score is above, at or below its own threshold.";

    public override PortType Input => PortType.Concepts;

    public override PortType Output => PortType.Concepts;

    /// <summary>The parameters in the form that is stored.</summary>
    public static JsonObject Params(ThresholdOperator comparison, bool filterOtherConcepts = true) => new()
    {
        [OperatorKey] = (int)comparison,
        [FilterKey] = filterOtherConcepts,
    };

    public static bool Passes(ThresholdOperator comparison, double score, double threshold) => comparison switch
    {
        ThresholdOperator.GreaterThan => score > threshold,
        ThresholdOperator.GreaterThanOrEqual => score >= threshold,
        ThresholdOperator.LessThan => score < threshold,
        ThresholdOperator.LessThanOrEqual => score <= threshold,
        ThresholdOperator.Equal => score == threshold,
        _ => throw new ArgumentOutOfRangeException(nameof(comparison), comparison, null),
    };

    public override INodeOperator Bind(ModelVersionSpec version)
    {
        var (comparison, filter) = Read(version.Output);
        var thresholds = version.Output.Concepts.ToFrozenDictionary(concept => concept.ConceptId, concept => concept.Value!.Value);
        return new Operator(comparison, filter, thresholds);
    }

    public override OutputInfo Normalise(OutputInfo given)
    {
        var (comparison, filter) = Read(given);
        return new OutputInfo(given.Concepts, Params(comparison, filter));
    }

    private static (ThresholdOperator Comparison, bool Filter) Read(OutputInfo output)
    {
        var comparison = (ThresholdOperator)NodeParameters.Choice(output.Params, OperatorKey, s_operators);
        var filter = NodeParameters.Flag(output.Params, FilterKey, true);
        NodeParameters.RejectDuplicates(output);
        if (output.Concepts.Count == 0)
        {
            throw Invalid("A Concept Thresholder needs at least one concept with its threshold.");
        }

        foreach (var concept in output.Concepts)
        {
            if (concept.Value is not { } threshold)
            {
                throw Invalid("Every concept of a Concept Thresholder needs a threshold: a value from 0 to 1.");
            }

            if (!(threshold is >= 0 and <= 1))
            {
                throw Invalid(string.Create(CultureInfo.InvariantCulture, $"A threshold must lie between 0 and 1; {threshold} does not."));
            }
        }

        return (comparison, filter);
    }

    private static PortalException Invalid(string message) => new(StatusCode.ModelInvalidArgument, message);

    private sealed class Operator(ThresholdOperator comparison, bool filter, FrozenDictionary<long, double> thresholds) : INodeOperator
    {
        public IReadOnlyCollection<long> ExpectedConcepts => thresholds.Keys;

        public NodeOutput Run(NodeInput input) => new([.. input.Concepts.Where(Passes)], []);

        public IReadOnlySet<long> ConceptsOut(IReadOnlySet<long> conceptsIn) =>
            filter ? conceptsIn.Where(thresholds.ContainsKey).ToHashSet() : conceptsIn;

        public IReadOnlyCollection<double> CutPoints(long conceptId) => thresholds.TryGetValue(conceptId, out var threshold) ? [threshold] : [];

        private bool Passes(ConceptScore concept) => thresholds.TryGetValue(concept.ConceptId, out var threshold)
            ? ConceptThresholder.Passes(comparison, concept.Score, threshold)
            : !filter;
    }
}
