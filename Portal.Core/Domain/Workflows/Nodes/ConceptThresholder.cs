using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json.Nodes;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Domain.Workflows.Parameters;

namespace Portal.Core.Domain.Workflows.Nodes;

/// <summary>Passes a concept on if <c>score OP its own threshold</c> holds, OP having its plain meaning.</summary>
public sealed class ConceptThresholder : NodeType
{
    public const string Id = "concept-thresholder";

    /// <summary>OP; its values are those of <see cref="ThresholdOperator"/>.</summary>
    public static readonly ChoiceParameter Comparison = new(
        "concept_threshold_type",
        "Passes a concept on when its score is",
        null,
        [
            new((int)ThresholdOperator.GreaterThan, "GREATER_THAN", "greater than its threshold"),
            new(
                (int)ThresholdOperator.GreaterThanOrEqual,
                "GREATER_THAN_OR_EQUAL",
                "greater than or equal to its threshold"
            ),
            new((int)ThresholdOperator.LessThan, "LESS_THAN", "less than its threshold"),
            new((int)ThresholdOperator.LessThanOrEqual, "LESS_THAN_OR_EQUAL", "less than or equal to its threshold"),
            new((int)ThresholdOperator.Equal, "EQUAL", "equal to its threshold"),
        ]
    );

    private static readonly SwitchParameter s_filter = new(
        "filter_other_concepts",
        "Hold back concepts that have no threshold",
        "On: a concept that is not listed here stops at this model. Off: it passes whatever its score.",
        true
    );

    public override string TypeId => Id;

    public override IReadOnlyList<string> Aliases => ["concept-threshold"];

    public override string DisplayName => "Concept Thresholder";

    public override string Noun => "thresholder";

    public override string Description =>
        "Lets a concept through when its score is above, at or below its own threshold.";

    public override NodeRole Role => NodeRole.Sift;

    public override IReadOnlyList<NodeParameter> Parameters { get; } = [Comparison, s_filter];

    public override ConceptUse Concepts => ConceptUse.WithThreshold;

    public override string ConceptsLabel => "Concepts with a threshold";

    /// <summary>The parameters in the form that is stored.</summary>
    public static JsonObject Params(ThresholdOperator comparison, bool filterOtherConcepts = true) =>
        new() { [Comparison.Key] = (int)comparison, [s_filter.Key] = filterOtherConcepts };

    public static bool Passes(ThresholdOperator comparison, double score, double threshold) =>
        comparison switch
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
        var output = Normalise(version.Output);
        var thresholds = output.Concepts.ToFrozenDictionary(
            concept => concept.ConceptId,
            concept => concept.Value!.Value
        );
        return new Operator(
            (ThresholdOperator)Comparison.Read(output.Params),
            s_filter.Read(output.Params),
            thresholds
        );
    }

    public override NodeSummary Describe(OutputInfo output)
    {
        var symbol = (ThresholdOperator)Comparison.Read(output.Params) switch
        {
            ThresholdOperator.GreaterThan => ">",
            ThresholdOperator.GreaterThanOrEqual => "≥",
            ThresholdOperator.LessThan => "<",
            ThresholdOperator.LessThanOrEqual => "≤",
            _ => "=",
        };
        var (least, most) = (output.Concepts.Min(c => c.Value!.Value), output.Concepts.Max(c => c.Value!.Value));
        var thresholds =
            string.Create(CultureInfo.CurrentCulture, $"{symbol} {least:0.00#}")
            + (least == most ? "" : string.Create(CultureInfo.CurrentCulture, $" … {most:0.00#}"));
        var concepts = Count(output.Concepts.Count, "concept");
        return new NodeSummary($"passes scores {thresholds} of {concepts}", concepts, thresholds);
    }

    private sealed class Operator(ThresholdOperator comparison, bool filter, FrozenDictionary<long, double> thresholds)
        : INodeOperator
    {
        public IReadOnlyCollection<long> ExpectedConcepts => thresholds.Keys;

        public NodeOutput Run(NodeInput input) => new([.. input.Concepts.Where(Passes)], []);

        public IReadOnlySet<long> ConceptsOut(IReadOnlySet<long> conceptsIn) =>
            filter ? conceptsIn.Where(thresholds.ContainsKey).ToHashSet() : conceptsIn;

        public IReadOnlyCollection<double> CutPoints(long conceptId) =>
            thresholds.TryGetValue(conceptId, out var threshold) ? [threshold] : [];

        private bool Passes(ConceptScore concept) =>
            thresholds.TryGetValue(concept.ConceptId, out var threshold)
                ? ConceptThresholder.Passes(comparison, concept.Score, threshold)
                : !filter;
    }
}
