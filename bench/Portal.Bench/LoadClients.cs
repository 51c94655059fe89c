using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Portal.Bench;

/// <summary>
/// People and programs at work with a portal, over the requests that its desks and its upload page send.
/// </summary>
internal sealed class LoadClients(Uri address, LoadSetup setup, LoadRecord record) : IDisposable
{
    /// <summary>How long a quick annotator looks at a picture, in seconds, at random between these.</summary>
    private const double ShortestLook = 0.5;
    private const double LongestLook = 1.5;

    /// <summary>What the workspace asks for at once.</summary>
    private const int Take = 24;
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(3);
    private readonly SocketsHttpHandler _connections = new() { PooledConnectionLifetime = Timeout.InfiniteTimeSpan };

    /// <summary>Labels what it is handed, one picture after another.</summary>
    public async Task LabelAsync(int annotator, CancellationToken ct)
    {
        using var client = Client(setup.Annotators[annotator]);
        var random = new Random(annotator);
        while (!ct.IsCancellationRequested)
        {
            using var batch = await SendAsync(
                client,
                "batch",
                HttpMethod.Post,
                $"{LoadSetup.AppPath}/work-batches/label",
                new { holder = $"load-{annotator}", take = Take },
                ct
            );
            var items = batch?.RootElement.GetProperty("items").EnumerateArray().ToList() ?? [];
            if (items.Count == 0)
            {
                await Task.Delay(AskAgain, ct);
            }

            foreach (var item in items)
            {
                await ReadAsync(client, "picture", item.GetProperty("large").GetString()!, ct);
                await Task.Delay(
                    TimeSpan.FromSeconds(ShortestLook + (random.NextDouble() * (LongestLook - ShortestLook))),
                    ct
                );
                var decision = new
                {
                    client_id = Guid.NewGuid().ToString("N"),
                    input_id = item.GetProperty("input_id").GetString(),
                    concept_id = setup.Concepts[random.Next(setup.Concepts.Count)],
                    value = 1,
                    draw = "random",
                    seen = batch!.RootElement.GetProperty("seen").GetInt64(),
                };
                using var saved = await SendAsync(
                    client,
                    "save",
                    HttpMethod.Post,
                    $"{LoadSetup.AppPath}/decisions",
                    new { decisions = new[] { decision } },
                    ct
                );
                using var released = await SendAsync(
                    client,
                    "release",
                    HttpMethod.Post,
                    $"{LoadSetup.AppPath}/work-batches/release",
                    new { holder = $"load-{annotator}", input_ids = new[] { decision.input_id } },
                    ct
                );
            }
        }
    }

    /// <summary>Uploads pictures, as many at once as a browser's queue sends.</summary>
    /// <param name="images">Files; each is sent as often as needed, and never twice with the same bytes.</param>
    /// <param name="size">How many pictures all uploaders send together; this one sends its part.</param>
    /// <param name="from">The number of the first; others send other bytes.</param>
    public async Task UploadAsync(
        int uploader,
        IReadOnlyList<string> images,
        int size,
        CancellationToken ct,
        int from = 0
    )
    {
        using var client = Client(setup.Uploaders[uploader]);
        var own = Enumerable.Range(from, size).Where(i => i % setup.Uploaders.Count == uploader);
        await Parallel.ForEachAsync(
            own,
            new ParallelOptions { MaxDegreeOfParallelism = 3, CancellationToken = ct },
            async (i, _) =>
            {
                var id = $"upload-{i}";
                using var form = new MultipartFormDataContent();
                form.Add(new StringContent(id), "id");
                form.Add(
                    new ByteArrayContent(Distinct(await File.ReadAllBytesAsync(images[i % images.Count], ct), id)),
                    "file",
                    Path.GetFileName(images[i % images.Count])
                );
                using var answer = await SendAsync(
                    client,
                    "upload",
                    () =>
                        new HttpRequestMessage(
                            HttpMethod.Post,
                            $"{LoadSetup.AppPath}/inputs/upload?skip_duplicates=true"
                        )
                        {
                            Content = form,
                        },
                    ct
                );
            }
        );
    }

    /// <summary>Starts a job, waits for its end, and starts the next.</summary>
    public async Task KeepJobGoingAsync(
        string kind,
        string start,
        Func<JsonElement, string> path,
        Func<JsonElement, bool> isOver,
        CancellationToken ct
    )
    {
        using var client = Client(setup.Owner);
        while (!ct.IsCancellationRequested)
        {
            using var started = await SendAsync(
                client,
                $"{kind} (start)",
                HttpMethod.Post,
                $"{LoadSetup.AppPath}/{start}",
                new { },
                ct
            );
            if (started is null)
            {
                return;
            }

            var watch = Stopwatch.StartNew();
            while (true)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), ct);
                using var asked = await SendAsync(
                    client,
                    "job (ask)",
                    HttpMethod.Get,
                    $"{LoadSetup.AppPath}/{path(started.RootElement)}",
                    null,
                    ct
                );
                if (asked is null || !isOver(asked.RootElement))
                {
                    continue;
                }

                record.Took($"{kind} (whole)", watch.Elapsed);
                break;
            }
        }
    }

    /// <summary>How many inputs are done, open and failed.</summary>
    public async Task<(int Processed, int Open, int Failed)> CountsAsync(CancellationToken ct)
    {
        using var client = Client(setup.Owner);
        using var answer = JsonDocument.Parse(await client.GetStringAsync($"{LoadSetup.AppPath}/inputs/status", ct));
        var counts = answer.RootElement.GetProperty("counts");
        return (Count("processed"), Count("to_process") + Count("processing"), Count("errors"));

        int Count(string name) => counts.GetProperty(name).GetInt32();
    }

    /// <summary>
    /// What a histogram of the portal's metrics says, by label: how many, and their mean in milliseconds.
    /// </summary>
    public async Task<IReadOnlyList<(string Label, long Count, double MeanMs)>> HistogramAsync(
        string name,
        CancellationToken ct
    )
    {
        using var client = Client(setup.Owner);
        var lines = (await client.GetStringAsync("/metrics", ct)).Split('\n');
        var values = lines
            .Where(l =>
                l.StartsWith($"{name}_sum", StringComparison.Ordinal)
                || l.StartsWith($"{name}_count", StringComparison.Ordinal)
            )
            .Select(l => l.Split(' '))
            .ToDictionary(l => l[0], l => double.Parse(l[1], CultureInfo.InvariantCulture));
        return
        [
            .. values
                .Keys.Where(k => k.StartsWith($"{name}_sum", StringComparison.Ordinal))
                .Select(k => k[(name.Length + 4)..])
                .Order(StringComparer.Ordinal)
                .Select(label =>
                    (
                        label,
                        (long)values[$"{name}_count{label}"],
                        1000 * values[$"{name}_sum{label}"] / values[$"{name}_count{label}"]
                    )
                ),
        ];
    }

    public void Dispose() => _connections.Dispose();

    private HttpClient Client(string key)
    {
        var client = new HttpClient(_connections, disposeHandler: false)
        {
            BaseAddress = address,
            Timeout = TimeSpan.FromMinutes(2),
        };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Key", key);
        return client;
    }

    private Task<JsonDocument?> SendAsync(
        HttpClient client,
        string kind,
        HttpMethod method,
        string path,
        object? body,
        CancellationToken ct
    ) =>
        SendAsync(
            client,
            kind,
            () =>
            {
                var request = new HttpRequestMessage(method, path);
                if (body is not null)
                {
                    request.Content = new StringContent(
                        JsonSerializer.Serialize(body),
                        Encoding.UTF8,
                        "application/json"
                    );
                }

                return request;
            },
            ct
        );

    /// <returns>The answer; null where it was no success, which is recorded.</returns>
    private async Task<JsonDocument?> SendAsync(
        HttpClient client,
        string kind,
        Func<HttpRequestMessage> make,
        CancellationToken ct
    )
    {
        var text = await AnswerAsync(client, kind, make, async content => await content.ReadAsStringAsync(ct), ct);
        if (text is null)
        {
            return null;
        }

        var answer = JsonDocument.Parse(text);
        var code = answer.RootElement.GetProperty("status").GetProperty("code").GetInt32();
        if (code == 10000)
        {
            return answer;
        }

        record.Failed(kind, $"code {code}");
        answer.Dispose();
        return null;
    }

    private Task<string?> ReadAsync(HttpClient client, string kind, string path, CancellationToken ct) =>
        AnswerAsync(
            client,
            kind,
            () => new HttpRequestMessage(HttpMethod.Get, path),
            async content =>
            {
                await content.CopyToAsync(Stream.Null, ct);
                return "";
            },
            ct
        );

    private async Task<string?> AnswerAsync(
        HttpClient client,
        string kind,
        Func<HttpRequestMessage> make,
        Func<HttpContent, Task<string>> read,
        CancellationToken ct
    )
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            using var request = make();
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            var text = await read(answer.Content);
            record.Took(kind, Stopwatch.GetElapsedTime(started));
            if (answer.IsSuccessStatusCode)
            {
                return text;
            }

            record.Failed(
                kind,
                $"HTTP {(int)answer.StatusCode}{(text.Length == 0 ? "" : $" {text[..Math.Min(200, text.Length)]}")}"
            );
        }
        catch (Exception e)
            when (e is HttpRequestException or IOException
                || (e is OperationCanceledException && !ct.IsCancellationRequested)
            )
        {
            record.Failed(kind, e.GetBaseException().Message);
        }
        return null;
    }

    /// <summary>
    /// The same picture with other bytes: a JPEG may carry a comment after its first marker, a PNG is drawn anew for
    /// each seed anyway.
    /// </summary>
    private static byte[] Distinct(byte[] image, string comment)
    {
        if (image is not [0xFF, 0xD8, ..])
        {
            return image;
        }

        var text = Encoding.ASCII.GetBytes(comment);
        byte[] segment = [0xFF, 0xFE, 0, 0, .. text];
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), (ushort)(text.Length + 2));
        return [.. image.AsSpan(0, 2), .. segment, .. image.AsSpan(2)];
    }
}
