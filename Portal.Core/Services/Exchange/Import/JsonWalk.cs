using System.Text.Json;

namespace Portal.Core.Services.Exchange.Import;

/// <summary>
/// Goes through a JSON document that arrives in blocks, and stops at each piece of what is wanted. All else is passed
/// by and not kept.
/// </summary>
/// <param name="container">How what is wanted begins: as a list or as an object.</param>
/// <param name="at">Names of the properties that lead to it from the root. Where a name stands twice, both are
/// wanted.</param>
internal sealed class JsonWalk(JsonTokenType container, IReadOnlyList<string> at)
{
    private JsonReaderState _state = new(new JsonReaderOptions { MaxDepth = 64 });

    /// <summary>The value that comes next is on the way, or is what is wanted.</summary>
    private bool _leads = true;

    /// <summary>
    /// Objects on the way that were entered and not left: the root, then what the names lead to, then what is wanted.
    /// </summary>
    private int _entered;

    /// <summary>The next piece of what is wanted.</summary>
    /// <param name="bytes">What there is of the document, from where the last call left off.</param>
    /// <param name="isLast">The document ends with these bytes.</param>
    /// <param name="from">Where to begin; set to what must be shown again, with more after it, if null is
    /// returned.</param>
    /// <returns>A property's name, or "" in a list, and the value; null if more bytes are needed or, with
    /// <paramref name="isLast"/>, if there is no more.</returns>
    /// <exception cref="JsonException">The document is broken.</exception>
    /// <exception cref="InvalidOperationException">A property's name is not valid Unicode.</exception>
    public (string Name, JsonElement Value)? Next(ReadOnlySpan<byte> bytes, bool isLast, ref int from)
    {
        var reader = new Utf8JsonReader(bytes[from..], isLast, _state);
        (string, JsonElement)? piece = null;
        while (piece is null)
        {
            var before = reader;
            if (!reader.Read())
            {
                break;
            }

            if (_entered <= at.Count || reader.CurrentDepth <= at.Count)
            {
                Follow(ref reader);
                continue;
            }
            var name = reader.TokenType == JsonTokenType.PropertyName ? reader.GetString()! : "";
            if (JsonElement.TryParseValue(ref reader, out var value))
            {
                piece = (name, value.Value);
                continue;
            }
            reader = before;
            break;
        }
        from += (int)reader.BytesConsumed;
        _state = reader.CurrentState;
        return piece;
    }

    private void Follow(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                _leads =
                    _entered <= at.Count && reader.CurrentDepth == _entered && reader.ValueTextEquals(at[_entered - 1]);
                break;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                if (reader.CurrentDepth == _entered - 1)
                {
                    _entered--;
                }

                break;
            default:
                if (_leads && reader.TokenType == (_entered < at.Count ? JsonTokenType.StartObject : container))
                {
                    _entered++;
                }

                _leads = false;
                break;
        }
    }
}
