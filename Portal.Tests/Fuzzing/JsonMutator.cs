using System.Text;
using System.Text.Json.Nodes;

namespace Portal.Tests.Fuzzing;

/// <summary>Makes a wrong request of a valid one. Equal seeds give equal bytes.</summary>
internal sealed class JsonMutator(Random random)
{
    /// <returns>Mostly JSON of a wrong shape; at times no JSON, or JSON in another encoding.</returns>
    public byte[] Mutate(string json)
    {
        var text = json;
        if (random.Next(8) > 0)
        {
            text = MutateTree(text);
        }

        if (random.Next(6) == 0)
        {
            text = RepeatKey(text);
        }

        return random.Next(5) == 0 ? MutateBytes(text) : Encoding.UTF8.GetBytes(text);
    }

    /// <summary>Values of wrong types, missing keys, items too many.</summary>
    private string MutateTree(string json)
    {
        var root = JsonNode.Parse(json)!;
        var raw = new List<string>();
        for (var left = random.Next(1, 4); left > 0; left--)
        {
            var nodes = Below(root).ToList();
            if (nodes.Count == 0)
            {
                return HostileValues.NextJson(random);
            }

            var chosen = nodes[random.Next(nodes.Count)];
            switch (random.Next(6))
            {
                case 0:
                    if (chosen.Parent is JsonObject parent)
                    {
                        parent.Remove(chosen.GetPropertyName());
                    }

                    break;
                case 1:
                    if (chosen is JsonArray { Count: > 0 } items)
                    {
                        items.Add(items[random.Next(items.Count)]?.DeepClone());
                    }

                    break;
                case 2:
                    if (chosen is JsonObject target)
                    {
                        target[HostileValues.NextWord(random)] = Raw(raw);
                    }

                    break;
                default:
                    chosen.ReplaceWith(Raw(raw));
                    break;
            }
        }
        var text = root.ToJsonString();
        // What no tree of nodes can hold is put in where its place is kept.
        for (var i = 0; i < raw.Count; i++)
        {
            text = text.Replace($"\"{Place(i)}\"", raw[i], StringComparison.Ordinal);
        }

        return text;
    }

    private JsonValue Raw(List<string> raw)
    {
        raw.Add(HostileValues.NextJson(random));
        return JsonValue.Create(Place(raw.Count - 1));
    }

    private static string Place(int number) => $"@raw{number}@";

    private static IEnumerable<JsonNode> Below(JsonNode node)
    {
        var children = node switch
        {
            JsonObject o => o.Select(property => property.Value),
            JsonArray a => a,
            _ => [],
        };
        foreach (var child in children.OfType<JsonNode>())
        {
            yield return child;
            foreach (var deeper in Below(child))
            {
                yield return deeper;
            }
        }
    }

    private string RepeatKey(string text)
    {
        var places = Enumerable
            .Range(0, text.Length)
            .Where(i => text[i] == '{' && i + 1 < text.Length && text[i + 1] == '"')
            .ToList();
        if (places.Count == 0)
        {
            return text;
        }

        var at = places[random.Next(places.Count)] + 1;
        var end = text.IndexOf('"', at + 1);
        return end < 0 ? text : text.Insert(at, $"{text[at..(end + 1)]}:{HostileValues.NextJson(random)},");
    }

    private byte[] MutateBytes(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        switch (random.Next(6))
        {
            case 0:
                return utf8[..random.Next(utf8.Length + 1)];
            case 1:
                return Encoding.Unicode.GetBytes(text);
            case 2:
                return [0xEF, 0xBB, 0xBF, .. utf8];
            case 3:
                return [.. utf8, .. utf8];
            case 4:
                return Encoding.Latin1.GetBytes(text.Replace('"', '\u00e9'));
            default:
                return new FileMutator(random).FlipBits(utf8);
        }
    }
}
