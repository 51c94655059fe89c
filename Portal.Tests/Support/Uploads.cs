using System.Text.Json;

namespace Portal.Tests.Support;

/// <param name="Code">The input's own status code.</param>
/// <param name="Details">The reason, where it was refused.</param>
internal sealed record UploadAnswer(string? Id, int Code, string? Details);

internal sealed record UploadFile(string? Id, string Name, byte[] Bytes);

/// <summary><c>inputs/upload</c> and the questions tests ask after it, as a client of the REST API puts them.</summary>
internal static class Uploads
{
    /// <returns>One answer a file, in order.</returns>
    public static async Task<IReadOnlyList<UploadAnswer>> UploadAsync(
        this HttpClient client,
        string appId,
        params IEnumerable<UploadFile> files
    )
    {
        using var form = new MultipartFormDataContent();
        foreach (var file in files)
        {
            if (file.Id is not null)
            {
                form.Add(new StringContent(file.Id), "id");
            }

            form.Add(new ByteArrayContent(file.Bytes), "file", file.Name);
        }
        using var answer = await client.PostAsync($"/v2/users/owner/apps/{appId}/inputs/upload", form);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStreamAsync());
        return [.. json.RootElement.GetProperty("inputs").EnumerateArray().Select(Read)];
    }

    public static async Task<UploadAnswer> InputAsync(this HttpClient client, string appId, string inputId)
    {
        using var json = await ReadAsync(client, $"/v2/users/owner/apps/{appId}/inputs/{inputId}");
        return Read(json.RootElement.GetProperty("input"));
    }

    public static async Task<(int Processed, int Open, int Errors)> CountsAsync(this HttpClient client, string appId)
    {
        using var json = await ReadAsync(client, $"/v2/users/owner/apps/{appId}/inputs/status");
        var counts = json.RootElement.GetProperty("counts");
        return (Count("processed"), Count("to_process") + Count("processing"), Count("errors"));

        int Count(string name) => counts.GetProperty(name).GetInt32();
    }

    public static Task<(int Processed, int Open, int Errors)> WorkedOffAsync(this HttpClient client, string appId) =>
        Wait.ForAsync(() => client.CountsAsync(appId), counts => counts.Open == 0, TimeSpan.FromMinutes(3));

    private static async Task<JsonDocument> ReadAsync(HttpClient client, string path) =>
        JsonDocument.Parse(await client.GetStreamAsync(path));

    private static UploadAnswer Read(JsonElement input)
    {
        var status = input.GetProperty("status");
        return new UploadAnswer(
            input.TryGetProperty("id", out var id) ? id.GetString() : null,
            status.GetProperty("code").GetInt32(),
            status.TryGetProperty("details", out var details) ? details.GetString() : null
        );
    }
}
