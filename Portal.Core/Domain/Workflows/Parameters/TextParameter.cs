using System.Text.Json;
using System.Text.Json.Nodes;

namespace Portal.Core.Domain.Workflows.Parameters;

/// <summary>A text; empty where a client says nothing.</summary>
/// <param name="Example">Shown in an empty field.</param>
public sealed record TextParameter(string Key, string Label, string? Hint, string Example)
    : NodeParameter(Key, Label, Hint)
{
    public string Read(JsonObject parameters) =>
        Find(parameters) switch
        {
            null => "",
            { } given when given.GetValueKind() is JsonValueKind.String => given.GetValue<string>().Trim(),
            // A client may write a number without quotes.
            { } given when given.GetValueKind() is JsonValueKind.Number => given.ToJsonString(),
            _ => throw Invalid("must be a text."),
        };

    public override JsonNode Normalise(JsonObject parameters) => Read(parameters);

    public override string Show(JsonObject parameters) =>
        Read(parameters) is { Length: > 0 } text ? $"“{text}”" : "nothing";
}
