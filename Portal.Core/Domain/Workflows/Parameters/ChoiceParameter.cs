using System.Text.Json;
using System.Text.Json.Nodes;

namespace Portal.Core.Domain.Workflows.Parameters;

/// <summary>One of a few values, given as its number or by name. It has to be given.</summary>
public sealed record ChoiceParameter(string Key, string Label, string? Hint, IReadOnlyList<ParameterChoice> Choices)
    : NodeParameter(Key, Label, Hint)
{
    public override JsonNode Suggested => Choices[0].Value;

    public int Read(JsonObject parameters)
    {
        var given = Find(parameters);
        var choice = given?.GetValueKind() switch
        {
            JsonValueKind.String => Choices.FirstOrDefault(c =>
                c.Name == given.GetValue<string>() || c.Alias == given.GetValue<string>()
            ),
            // Numbers of a protobuf Struct arrive as 1.0.
            JsonValueKind.Number => Choices.FirstOrDefault(c => c.Value == given.Deserialize<double>()),
            _ => null,
        };
        return choice?.Value
            ?? throw Invalid(
                $"{(given is null ? "is missing" : $"cannot be {given.ToJsonString()}")}. Use one of: "
                    + $"{string.Join(", ", Choices.Select(c => $"{c.Name} ({c.Value})"))}."
            );
    }

    public override JsonNode Normalise(JsonObject parameters) => Read(parameters);

    public override string Show(JsonObject parameters) =>
        Choices.First(choice => choice.Value == Read(parameters)).Words;
}
