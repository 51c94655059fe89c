using System.Text.Json;
using System.Text.Json.Nodes;

namespace Portal.Core.Domain.Workflows.Parameters;

/// <summary>Yes or no.</summary>
/// <param name="Default">What it is where a client says nothing.</param>
public sealed record SwitchParameter(string Key, string Label, string? Hint, bool Default)
    : NodeParameter(Key, Label, Hint)
{
    public override JsonNode Suggested => Default;

    public bool Read(JsonObject parameters) =>
        Find(parameters)?.GetValueKind() switch
        {
            null => Default,
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Invalid("must be true or false."),
        };

    public override JsonNode Normalise(JsonObject parameters) => Read(parameters);

    public override string Show(JsonObject parameters) => Read(parameters) ? "on" : "off";
}
