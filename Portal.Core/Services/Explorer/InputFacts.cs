using System.Text;
using System.Text.Json;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Explorer;

namespace Portal.Core.Services.Explorer;

/// <summary>What filters ask of an input itself.</summary>
/// <param name="CreatedAt">Time of upload, UTC.</param>
/// <param name="Text">Lower-case UTF-8, one line each: the file name, the id, then <c>key: value</c> for each entry of
/// the metadata, each line ended.</param>
internal readonly record struct InputFacts(DateTime CreatedAt, bool Failed, ReadOnlyMemory<byte> Text)
{
    // Metadata may have 64 kB an input; search reads its beginning.
    private const int MostText = 2000;

    public static InputFacts Of(
        DateTime createdAt,
        StatusCode status,
        string fileName,
        string externalId,
        string metadata
    ) => new(createdAt, status == StatusCode.InputFailed, TextOf(fileName, externalId, metadata));

    /// <summary><see cref="Text"/> of an input.</summary>
    public static byte[] TextOf(string fileName, string externalId, string metadata)
    {
        var text = new StringBuilder();
        Line(text, fileName);
        Line(text, externalId);
        if (metadata.Length > 2)
        {
            using var document = JsonDocument.Parse(metadata);
            Entries(text, "", document.RootElement);
        }
        return Encoding.UTF8.GetBytes(text.ToString().ToLowerInvariant());
    }

    /// <summary>A word or line as <see cref="Text"/> has it.</summary>
    public static byte[] Needle(string text) => Encoding.UTF8.GetBytes(text.ToLowerInvariant());

    /// <summary>What the metadata line of a filter looks like, from the end of the line before it.</summary>
    public static byte[] Needle(MetadataFilter filter) =>
        Needle(
            filter.Value is null ? $"\n{OneLine(filter.Key)}: " : $"\n{OneLine(filter.Key)}: {OneLine(filter.Value)}\n"
        );

    private static void Entries(StringBuilder text, string path, JsonElement element)
    {
        if (text.Length > MostText)
        {
            return;
        }

        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var entry in element.EnumerateObject())
                {
                    Entries(text, path.Length == 0 ? entry.Name : $"{path}.{entry.Name}", entry.Value);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    Entries(text, path, item);
                }

                break;
            default:
                Line(text, $"{path}: {element}");
                break;
        }
    }

    private static void Line(StringBuilder text, string line) =>
        text.Append(OneLine(line), 0, Math.Min(line.Length, MostText)).Append('\n');

    private static string OneLine(string text) => text.Replace('\n', ' ').Replace('\r', ' ');
}
