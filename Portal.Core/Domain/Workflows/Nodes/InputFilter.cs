using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Domain.Workflows.Parameters;

namespace Portal.Core.Domain.Workflows.Nodes;

/// <summary>
/// Lets an input through if something about it holds: a field of its metadata, its name, its kind or its size. Else the
/// branch ends here.
/// </summary>
public sealed class InputFilter : NodeType
{
    public const string Id = "input-filter";

    private const int Metadata = 1;
    private const int Equal = 1;
    private const int NotEqual = 2;
    private const int Contains = 3;
    private const int AtLeast = 4;
    private const int AtMost = 5;
    private const int Present = 6;

    private static readonly ChoiceParameter s_property = new(
        "input_property",
        "Looks at",
        null,
        [
            new(Metadata, "METADATA", "a field of the metadata"),
            new(2, "MEDIA_TYPE", "the media type, for example image/png"),
            new(3, "FILE_NAME", "the file name"),
            new(4, "WIDTH", "the width in pixels"),
            new(5, "HEIGHT", "the height in pixels"),
        ]
    );

    private static readonly TextParameter s_field = new(
        "metadata_field",
        "Field of the metadata",
        "With dots into objects, for example camera.model. Only where the metadata is looked at.",
        "camera"
    );

    private static readonly ChoiceParameter s_comparison = new(
        "comparison",
        "Lets the input through when it",
        null,
        [
            new(Equal, "EQUAL", "is the value"),
            new(NotEqual, "NOT_EQUAL", "is not the value, or is not there"),
            new(Contains, "CONTAINS", "contains the value"),
            new(AtLeast, "AT_LEAST", "is a number not under the value"),
            new(AtMost, "AT_MOST", "is a number not over the value"),
            new(Present, "PRESENT", "is there at all"),
        ]
    );

    private static readonly TextParameter s_value = new(
        "value",
        "Value",
        "Capital and small letters count as the same.",
        "night"
    );

    public override string TypeId => Id;

    public override string DisplayName => "Input Filter";

    public override string Noun => "filter";

    public override string Description =>
        "Lets only some inputs through, by their metadata, name, kind or size. For the others the branch ends here.";

    public override NodeRole Role => NodeRole.Sift;

    public override bool HoldsInputsBack => true;

    public override IReadOnlyList<NodeParameter> Parameters { get; } = [s_property, s_field, s_comparison, s_value];

    public override INodeOperator Bind(ModelVersionSpec version)
    {
        var parameters = Normalise(version.Output).Params;
        return new Operator(
            s_property.Read(parameters),
            s_field.Read(parameters).Split('.'),
            s_comparison.Read(parameters),
            s_value.Read(parameters)
        );
    }

    public override OutputInfo Normalise(OutputInfo given)
    {
        var output = base.Normalise(given);
        var comparison = s_comparison.Read(output.Params);
        if (s_property.Read(output.Params) == Metadata && s_field.Read(output.Params).Length == 0)
        {
            throw Invalid($"'{s_field.Key}' is missing: name the field of the metadata to look at.");
        }

        if (comparison != Present && s_value.Read(output.Params).Length == 0)
        {
            throw Invalid($"'{s_value.Key}' is missing: give the value to compare with.");
        }

        return comparison is AtLeast or AtMost && Number(s_value.Read(output.Params)) is null
            ? throw Invalid(
                $"'{s_value.Key}' must be a number to compare sizes with; "
                    + $"'{Text.Shown(s_value.Read(output.Params))}' is not."
            )
            : output;
    }

    public override NodeSummary Describe(OutputInfo output)
    {
        var property = s_property.Read(output.Params);
        var what =
            property == Metadata
                ? s_field.Read(output.Params)
                : s_property.Choices[property - 1].Name.ToLowerInvariant().Replace('_', ' ');
        var sign = s_comparison.Read(output.Params) switch
        {
            Equal => "=",
            NotEqual => "≠",
            Contains => "contains",
            AtLeast => "≥",
            AtMost => "≤",
            _ => "is there",
        };
        var condition = $"{what} {sign} {s_value.Read(output.Params)}".TrimEnd();
        return new NodeSummary($"lets inputs through whose {condition}", "of the inputs", condition);
    }

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && double.IsFinite(number)
            ? number
            : null;

    private static PortalException Invalid(string message) => new(StatusCode.ModelInvalidArgument, message);

    private sealed class Operator(int property, string[] path, int comparison, string value) : INodeOperator
    {
        public INodeOperator ForEveryInput => new Everything();

        public NodeOutput Run(NodeInput input) =>
            Passes(Find(input.Source)) ? new NodeOutput(input.Concepts, []) : NodeOutput.Nothing;

        public IReadOnlySet<long> ConceptsOut(IReadOnlySet<long> conceptsIn) => conceptsIn;

        private bool Passes(string? found) =>
            comparison switch
            {
                Present => found is not null,
                NotEqual => found is null || !IsValue(found),
                _ when found is null => false,
                Equal => IsValue(found),
                Contains => found.Contains(value, StringComparison.OrdinalIgnoreCase),
                AtLeast => Number(found) >= Number(value),
                _ => Number(found) <= Number(value),
            };

        private bool IsValue(string found) =>
            Number(found) is { } number && Number(value) is { } wanted
                ? number == wanted
                : string.Equals(found, value, StringComparison.OrdinalIgnoreCase);

        private string? Find(RunInput source) =>
            property switch
            {
                Metadata => InMetadata(source.Metadata),
                2 => source.Media?.MediaType,
                3 => source.Media?.FileName,
                4 => source.Media?.Width.ToString(CultureInfo.InvariantCulture),
                _ => source.Media?.Height.ToString(CultureInfo.InvariantCulture),
            };

        private string? InMetadata(JsonObject? metadata)
        {
            JsonNode? at = metadata;
            foreach (var name in path)
            {
                at = (at as JsonObject)?[name];
            }

            return at?.GetValueKind() is JsonValueKind.String ? at.GetValue<string>() : at?.ToJsonString();
        }
    }

    private sealed class Everything : INodeOperator
    {
        public NodeOutput Run(NodeInput input) => new(input.Concepts, []);

        public IReadOnlySet<long> ConceptsOut(IReadOnlySet<long> conceptsIn) => conceptsIn;
    }
}
