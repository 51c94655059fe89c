using System.Text;
using System.Text.Json;

namespace Portal.Core.Services.Explorer;

/// <summary>
/// Writes <see cref="InputFacts.Text"/> of very many inputs one behind another into large arrays, straight from the
/// stored bytes where they are plain. One thread at a time.
/// </summary>
internal sealed class FactTexts
{
    // Large enough to be left where it is by the garbage collector.
    private const int SlabSize = 1 << 18;

    /// <summary>Longer or stranger ones are written by <see cref="InputFacts.TextOf"/>.</summary>
    private const int MostPlain = 1000;

    private byte[] _slab = [];
    private int _used;

    /// <param name="fileName">UTF-8, as are the others.</param>
    /// <param name="metadata">A JSON object.</param>
    public ReadOnlyMemory<byte> Of(
        ReadOnlySpan<byte> fileName,
        ReadOnlySpan<byte> externalId,
        ReadOnlySpan<byte> metadata
    )
    {
        var most = fileName.Length + externalId.Length + 2 * metadata.Length + 2;
        if (_slab.Length - _used < most && most <= MostPlain)
        {
            (_slab, _used) = (new byte[SlabSize], 0);
        }

        var from = _used;
        if (most <= MostPlain && Line(fileName) && Line(externalId) && (metadata.Length <= 2 || Entries(metadata)))
        {
            return _slab.AsMemory(from, _used - from);
        }

        _used = from;
        var utf8 = Encoding.UTF8;
        return InputFacts.TextOf(utf8.GetString(fileName), utf8.GetString(externalId), utf8.GetString(metadata));
    }

    private bool Entries(ReadOnlySpan<byte> metadata)
    {
        var json = new Utf8JsonReader(metadata);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueIsEscaped || !Add(json.ValueSpan))
            {
                return false;
            }

            json.Read();
            if (json.ValueIsEscaped)
            {
                return false;
            }

            if (json.TokenType is not (JsonTokenType.String or JsonTokenType.Number))
            {
                return false;
            }

            _slab[_used++] = (byte)':';
            _slab[_used++] = (byte)' ';
            if (!Line(json.ValueSpan))
            {
                return false;
            }
        }
        return json.TokenType == JsonTokenType.EndObject;
    }

    private bool Line(ReadOnlySpan<byte> text)
    {
        if (!Add(text))
        {
            return false;
        }

        _slab[_used++] = (byte)'\n';
        return true;
    }

    /// <summary>Appends plain text in lower case.</summary>
    /// <returns>False where it holds anything but printable ASCII.</returns>
    private bool Add(ReadOnlySpan<byte> text)
    {
        if (text.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
        {
            return false;
        }

        _ = Ascii.ToLower(text, _slab.AsSpan(_used), out var written);
        _used += written;
        return true;
    }
}
