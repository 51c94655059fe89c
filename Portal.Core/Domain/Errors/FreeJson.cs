using System.Text.Json;
using System.Text.Json.Nodes;

namespace Portal.Core.Domain.Errors;

/// <summary>
/// JSON of a client's own making, such as metadata, which is stored and given out again inside other JSON.
/// </summary>
public static class FreeJson
{
    /// <summary>
    /// Levels of objects and lists: few enough that an answer around them stays within the 64 that readers and writers
    /// allow.
    /// </summary>
    public const int MaxDepth = 32;

    /// <summary>
    /// Why it cannot be kept, as a clause that follows its name; null where it can. A node is parsed no further than it
    /// is asked for, so that a name that stands twice, or half a surrogate pair, would else be found only later: this
    /// asks for all of it.
    /// </summary>
    public static string? WhyRefused(JsonNode? node)
    {
        try
        {
            return IsDeeper(node, MaxDepth) ? $"is nested deeper than {MaxDepth} levels." : null;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            return "holds a name twice, or text that is not valid Unicode. Give each name once, and write "
                + "characters outside the basic plane as a pair.";
        }
    }

    private static bool IsDeeper(JsonNode? node, int levels)
    {
        if (node is JsonValue value && value.GetValueKind() == JsonValueKind.String)
        {
            value.GetValue<string>();
        }

        return node switch
        {
            JsonObject properties => levels == 0 || properties.Any(p => IsDeeper(p.Value, levels - 1)),
            JsonArray items => levels == 0 || items.Any(item => IsDeeper(item, levels - 1)),
            _ => false,
        };
    }
}
