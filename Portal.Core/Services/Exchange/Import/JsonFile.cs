using System.Runtime.CompilerServices;
using System.Text.Json;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Exchange;

namespace Portal.Core.Services.Exchange.Import;

/// <summary>
/// A JSON document of any length among the files, of which one list or object is read piece by piece. Every reading
/// goes from the document's beginning to its end, so that its properties may stand in any order, and whoever has read
/// one list knows that no part of the document is broken.
/// </summary>
internal sealed class JsonFile(ImportFiles files, string path)
{
    private const int FirstBufferLength = 64 * 1024;

    /// <summary>What a name costs beside its characters, in characters.</summary>
    private const int CostOfName = 32;

    private long _kept;

    /// <summary>What the person calls it, as it may stand in a message.</summary>
    public string Name { get; } = Text.Shown(path);

    /// <summary>Goes through the whole document.</summary>
    /// <exception cref="PortalException">It is broken.</exception>
    public async Task CheckAsync(CancellationToken ct)
    {
        await foreach (var _ in ReadAsync(JsonTokenType.None, [], ct)) { }
    }

    /// <summary>The elements of a list; none where it is missing or no list.</summary>
    /// <param name="at">Names of the properties that lead to it from the root.</param>
    /// <exception cref="PortalException">The document is broken, or a piece of it is larger than
    /// <see cref="ImportLimits.MaxJsonPiece"/>.</exception>
    public IAsyncEnumerable<JsonElement> ItemsAsync(IReadOnlyList<string> at, CancellationToken ct) =>
        ReadAsync(JsonTokenType.StartArray, at, ct).Select(piece => piece.Value);

    /// <summary>The names and values of an object; none where it is missing or no object.</summary>
    /// <inheritdoc cref="ItemsAsync"/>
    public IAsyncEnumerable<(string Name, JsonElement Value)> PropertiesAsync(
        IReadOnlyList<string> at,
        CancellationToken ct
    ) => ReadAsync(JsonTokenType.StartObject, at, ct);

    /// <summary>Counts a category's name, which is kept while the document is read.</summary>
    /// <exception cref="PortalException">All of them are longer than
    /// <see cref="ImportLimits.MaxKeptNames"/>.</exception>
    public string Keep(string name) =>
        (_kept += name.Length + CostOfName) <= ImportLimits.MaxKeptNames
            ? name
            : throw new PortalException(
                StatusCode.InputOverLimit,
                $"'{Name}' names more categories than the portal keeps in memory. Leave out those that no picture has.",
                path
            );

    private async IAsyncEnumerable<(string Name, JsonElement Value)> ReadAsync(
        JsonTokenType container,
        IReadOnlyList<string> at,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        await using var stream = files.Open(path);
        var walk = new JsonWalk(container, at);
        var (buffer, length, isLast) = (new byte[FirstBufferLength], 0, false);
        for (var isFirst = true; !isLast; isFirst = false)
        {
            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, LengthAfter(buffer));
            }

            length += await stream.ReadAtLeastAsync(
                buffer.AsMemory(length),
                buffer.Length - length,
                throwOnEndOfStream: false,
                ct
            );
            isLast = length < buffer.Length;
            var from = isFirst && buffer.AsSpan(0, length).StartsWith("\uFEFF"u8) ? "\uFEFF"u8.Length : 0;
            while (Next(walk, buffer.AsSpan(0, length), isLast, ref from) is { } piece)
            {
                yield return piece;
            }

            length -= from;
            buffer.AsSpan(from, length).CopyTo(buffer);
        }
    }

    private int LengthAfter(byte[] buffer) =>
        buffer.Length < ImportLimits.MaxJsonPiece
            ? 2 * buffer.Length
            : throw new PortalException(
                StatusCode.InputOverLimit,
                $"'{Name}' has an element of more than {ImportLimits.MaxJsonPiece:N0} bytes. Leave out what is no "
                    + $"label, such as masks and embedded pictures, and write it again.",
                path
            );

    private (string Name, JsonElement Value)? Next(JsonWalk walk, ReadOnlySpan<byte> bytes, bool isLast, ref int from)
    {
        try
        {
            return walk.Next(bytes, isLast, ref from);
        }
        catch (JsonException e)
        {
            throw new PortalException(StatusCode.InvalidRequest, $"'{Name}' is no valid JSON: {e.Message}", path, e);
        }
        catch (InvalidOperationException e)
        {
            throw new PortalException(
                StatusCode.InvalidRequest,
                $"A property's name in '{Name}' is not valid Unicode. Write the file again as UTF-8.",
                path,
                e
            );
        }
    }
}
