using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Domain.Workflows.Parameters;

namespace Portal.Core.Domain.Workflows.Nodes;

/// <summary>
/// Lets a share of the inputs through. Between confident scores and a writer that asks for review it draws the audit
/// that measures live precision: what another writer settles stays SUCCESS and is shown to a person as well.
/// </summary>
public sealed class RandomSample : NodeType
{
    public const string Id = "random-sample";

    private static readonly ShareParameter s_fraction = new(
        "keep_fraction",
        "Share of the inputs it lets through",
        "Drawn by chance, the same each time. Before a writer that asks for review, the sure tags it lets through "
            + "stay settled and are shown to a person as well.",
        0.05
    );

    public override string TypeId => Id;

    public override string DisplayName => "Random Sample";

    public override string Noun => "sample";

    public override string Description =>
        "Lets a share of the inputs through, drawn by chance: for example a twentieth of the sure ones, for a "
        + "person to check.";

    public override NodeRole Role => NodeRole.Sift;

    public override bool HoldsInputsBack => true;

    public override IReadOnlyList<NodeParameter> Parameters { get; } = [s_fraction];

    /// <summary>The parameters in the form that is stored.</summary>
    /// <param name="keepFraction">0 to 1.</param>
    public static JsonObject Params(double keepFraction) => new() { [s_fraction.Key] = keepFraction };

    /// <summary>
    /// The input's place in the draw, uniform in [0, 1): 53 bits of a hash of input and node, so that running it again
    /// draws the same, and two samples in one workflow draw independently.
    /// </summary>
    public static double Draw(string inputId, string nodeId)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{inputId}\n{nodeId}"));
        return (BinaryPrimitives.ReadUInt64BigEndian(hash) >> 11) * Math.ScaleB(1, -53);
    }

    public override INodeOperator Bind(ModelVersionSpec version) =>
        new Operator(s_fraction.Read(version.Output.Params));

    public override NodeSummary Describe(OutputInfo output)
    {
        var share = string.Create(CultureInfo.CurrentCulture, $"{100 * s_fraction.Read(output.Params):0.##} %");
        return new NodeSummary($"lets {share} of the inputs through", "of the inputs", share);
    }

    private sealed class Operator(double keepFraction) : INodeOperator
    {
        public INodeOperator ForEveryInput => new Operator(1);

        public NodeOutput Run(NodeInput input) =>
            Draw(input.Source.InputExternalId, input.NodeId) < keepFraction
                ? new NodeOutput([.. input.Concepts.Select(concept => concept with { Sampled = true })], [])
                : NodeOutput.Nothing;

        public IReadOnlySet<long> ConceptsOut(IReadOnlySet<long> conceptsIn) => conceptsIn;
    }
}
