using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Portal.Core.Domain.Workflows.Parameters;

/// <summary>A number from 0 to 1. It has to be given.</summary>
/// <param name="First">What a form begins with.</param>
public sealed record ShareParameter(string Key, string Label, string? Hint, double First)
    : NodeParameter(Key, Label, Hint)
{
    public override JsonNode Suggested => First;

    public double Read(JsonObject parameters) =>
        Find(parameters) switch
        {
            null => throw Invalid("is missing: give it a number from 0 to 1."),
            { } given
                when given.GetValueKind() is JsonValueKind.Number && given.Deserialize<double>() is >= 0 and <= 1 =>
                given.Deserialize<double>(),
            { } given => throw Invalid($"must be a number from 0 to 1; {given.ToJsonString()} is not."),
        };

    public override JsonNode Normalise(JsonObject parameters) => Read(parameters);

    public override string Show(JsonObject parameters) => Read(parameters).ToString(CultureInfo.CurrentCulture);
}
