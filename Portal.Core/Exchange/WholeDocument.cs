using System.Text.Json;
using Portal.Core.Errors;

namespace Portal.Core.Exchange;

/// <summary>Reads a JSON file that makes sense only as a whole, up to <see cref="ImportLimits.MaxDocumentBytes"/>.</summary>
internal static class WholeDocument
{
    public static async Task<JsonDocument> ReadAsync(ImportFiles files, string path, CancellationToken ct)
    {
        await using var stream = new BoundedStream(files.Open(path), ImportLimits.MaxDocumentBytes, path);
        try
        {
            return await JsonDocument.ParseAsync(stream, new JsonDocumentOptions { MaxDepth = 64 }, ct);
        }
        catch (JsonException e)
        {
            throw new PortalException(StatusCode.InvalidRequest, $"'{Text.Shown(path)}' is no valid JSON: {e.Message}", path, e);
        }
    }
}
