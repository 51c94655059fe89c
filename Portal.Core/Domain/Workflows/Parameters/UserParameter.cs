using System.Text.Json;
using System.Text.Json.Nodes;

namespace Portal.Core.Domain.Workflows.Parameters;

/// <summary>A user's id. It has to be given; whether there is such a user is checked with the graph.</summary>
public sealed record UserParameter(string Key, string Label, string? Hint) : NodeParameter(Key, Label, Hint)
{
    public string Read(JsonObject parameters) =>
        Find(parameters) is { } given
        && given.GetValueKind() is JsonValueKind.String
        && given.GetValue<string>() is { Length: > 0 } user
            ? user
            : throw Invalid("is missing: give it a user's id.");

    public override JsonNode Normalise(JsonObject parameters) => Read(parameters);

    public override string Show(JsonObject parameters) => Read(parameters);
}
