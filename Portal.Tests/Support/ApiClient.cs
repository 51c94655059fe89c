using System.Text;
using System.Text.Json;

namespace Portal.Tests.Support;

/// <summary>Speaks the REST API as a script would: paths, plain JSON, and the status read first.</summary>
public static class ApiClient
{
    public static Task<ApiAnswer> GetAsync(this PortalFixture portal, string path) =>
        portal.Client.SendAsync(HttpMethod.Get, path, null);

    public static Task<ApiAnswer> PostAsync(this PortalFixture portal, string path, object? body) =>
        portal.Client.SendAsync(HttpMethod.Post, path, body);

    public static Task<ApiAnswer> PatchAsync(this PortalFixture portal, string path, object? body) =>
        portal.Client.SendAsync(HttpMethod.Patch, path, body);

    public static Task<ApiAnswer> DeleteAsync(this PortalFixture portal, string path, object? body = null) =>
        portal.Client.SendAsync(HttpMethod.Delete, path, body);

    /// <param name="path">Below <c>/v2/</c>.</param>
    /// <param name="body">An object to write as JSON, a text to send as it is, or nothing.</param>
    public static async Task<ApiAnswer> SendAsync(this HttpClient client, HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, $"/v2/{path}");
        if (body is not null)
        {
            request.Content = new StringContent(
                body as string ?? JsonSerializer.Serialize(body),
                Encoding.UTF8,
                "application/json"
            );
        }

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return await ReadAsync(response);
    }

    public static async Task<ApiAnswer> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        try
        {
            return new ApiAnswer(response.StatusCode, JsonDocument.Parse(text).RootElement);
        }
        catch (JsonException e)
        {
            throw new InvalidOperationException($"HTTP {(int)response.StatusCode} without JSON: {text}", e);
        }
    }

    /// <summary>The answer, which must be HTTP 200 with 10000.</summary>
    public static async Task<ApiAnswer> OkAsync(this Task<ApiAnswer> sent)
    {
        var answer = await sent;
        Assert.True((int)answer.Http == 200 && answer.Code == 10000, $"HTTP {(int)answer.Http}: {answer.Body}");
        return answer;
    }

    /// <summary>Waits until no input of an app is waiting or being worked on.</summary>
    public static Task<ApiAnswer> ProcessedAsync(this PortalFixture portal, string app) =>
        Wait.ForAsync(
            () => portal.GetAsync($"{app}/inputs/status"),
            answer =>
                answer["counts"].GetProperty("to_process").GetInt32()
                    + answer["counts"].GetProperty("processing").GetInt32()
                == 0
        );

    /// <summary>Waits until a model version's training has ended, however it did.</summary>
    public static Task<ApiAnswer> TrainedAsync(this PortalFixture portal, string versionPath) =>
        Wait.ForAsync(
            () => portal.GetAsync($"{versionPath}/output_info"),
            answer =>
                answer["model"].GetProperty("model_version").GetProperty("status").GetProperty("code").GetInt32()
                    is not (21101 or 21103)
        );
}
