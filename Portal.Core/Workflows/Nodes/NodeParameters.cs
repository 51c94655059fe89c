using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Core.Errors;

namespace Portal.Core.Workflows.Nodes;

/// <summary>
/// Reads parameters from <c>params</c>, where they stand at the top or, as older clients send them, under <c>model_metadata</c>.
/// </summary>
internal static class NodeParameters
{
    public static bool Flag(JsonObject parameters, string key, bool otherwise) => Find(parameters, key) switch
    {
        null => otherwise,
        { } node when node.GetValueKind() is JsonValueKind.True => true,
        { } node when node.GetValueKind() is JsonValueKind.False => false,
        _ => throw Invalid($"'{key}' must be true or false."),
    };

    public static string Text(JsonObject parameters, string key) =>
        Find(parameters, key) is { } node && node.GetValueKind() is JsonValueKind.String && node.GetValue<string>() is { Length: > 0 } text
            ? text
            : throw Invalid($"'{key}' is missing: give it a text.");

    /// <summary>A number from 0 to 1.</summary>
    public static double Share(JsonObject parameters, string key) => Find(parameters, key) switch
    {
        null => throw Invalid($"'{key}' is missing: give it a number from 0 to 1."),
        { } node when node.GetValueKind() is JsonValueKind.Number && node.Deserialize<double>() is >= 0 and <= 1 => node.Deserialize<double>(),
        { } node => throw Invalid($"'{key}' must be a number from 0 to 1; {node.ToJsonString()} is not."),
    };

    public static JsonObject? Object(JsonObject parameters, string key) => Find(parameters, key) switch
    {
        null => null,
        JsonObject found => found,
        _ => throw Invalid($"'{key}' must be a JSON object."),
    };

    /// <summary>One of an enumeration's numbers, given as a number or by one of its <paramref name="names"/>.</summary>
    public static int Choice(JsonObject parameters, string key, IReadOnlyDictionary<string, int> names)
    {
        var node = Find(parameters, key);
        switch (node?.GetValueKind())
        {
            case JsonValueKind.String when names.TryGetValue(node.GetValue<string>(), out var named):
                return named;
            // Numbers of a protobuf Struct arrive as 1.0.
            case JsonValueKind.Number when names.Values.Contains((int)node.Deserialize<double>()) && double.IsInteger(node.Deserialize<double>()):
                return (int)node.Deserialize<double>();
            default:
                var choices = names.GroupBy(pair => pair.Value).Select(same => $"{same.First().Key} ({same.Key})");
                var given = node is null ? "is missing" : $"cannot be {node.ToJsonString()}";
                throw Invalid($"'{key}' {given}. Use one of: {string.Join(", ", choices)}.");
        }
    }

    public static void RejectDuplicates(OutputInfo output)
    {
        if (output.Concepts.DistinctBy(concept => concept.ConceptId).Count() < output.Concepts.Count)
        {
            throw Invalid("A concept is listed twice. List each concept once.");
        }
    }

    private static JsonNode? Find(JsonObject parameters, string key) =>
        parameters[key] ?? (parameters["model_metadata"] as JsonObject)?[key];

    private static PortalException Invalid(string message) => new(StatusCode.ModelInvalidArgument, message);
}
