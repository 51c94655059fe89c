using System.Text.Json.Nodes;

namespace Portal.Core.Domain.Workflows.Parameters;

/// <summary>A JSON object of the user's own, or nothing.</summary>
public sealed record ObjectParameter(string Key, string Label, string? Hint) : NodeParameter(Key, Label, Hint)
{
    public JsonObject? Read(JsonObject parameters) =>
        Find(parameters) switch
        {
            null => null,
            JsonObject given => given,
            _ => throw Invalid("must be a JSON object."),
        };

    public override JsonNode? Normalise(JsonObject parameters) => Read(parameters)?.DeepClone();

    public override string Show(JsonObject parameters) => Read(parameters)?.ToJsonString() ?? "nothing";
}
