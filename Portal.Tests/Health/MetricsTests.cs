using System.Net;
using Portal.Tests.Support;

namespace Portal.Tests.Health;

/// <summary>
/// <c>/metrics</c>, before and after work. No other portal works in this process meanwhile: the instruments are the
/// process's.
/// </summary>
[Collection(nameof(RunsAlone))]
public sealed class MetricsTests
{
    private const string App = "users/me/apps/measured";

    [Fact]
    public async Task What_is_taken_in_worked_off_and_decided_is_counted_and_timed()
    {
        await using var portal = await PortalFixture.StartAsync();
        await portal.PostAsync("users/me/apps", """{"apps":[{"id":"measured"}]}""").OkAsync();
        await portal.PostAsync($"{App}/concepts", """{"concepts":[{"id":"red"}]}""").OkAsync();
        var before = await ReadAsync(portal);

        await portal
            .PostAsync(
                $"{App}/inputs",
                new
                {
                    inputs = new[]
                    {
                        new { id = "one", data = new { image = new { base64 = Drawings.Base64(Drawings.Red(1)) } } },
                    },
                }
            )
            .OkAsync();
        await portal.ProcessedAsync(App);
        await portal
            .PostAsync($"{App}/decisions", """{"decisions":[{"input_id":"one","concept_id":"red","value":1}]}""")
            .OkAsync();
        await portal.PostAsync($"{App}/datasets", """{"name":"kept"}""").OkAsync();
        await Wait.ForAsync(
            () => portal.GetAsync($"{App}/jobs"),
            jobs => jobs["jobs"][0].GetProperty("state").GetString() == "succeeded"
        );
        var after = await ReadAsync(portal);

        Assert.Equal(1, Grown("portal_inputs_accepted_total"));
        Assert.Equal(1, Grown("portal_inputs_processed_total{outcome=\"success\"}"));
        Assert.Equal(1, Grown("portal_decisions_total{kind=\"label\"}"));
        Assert.Equal(1, Grown("portal_jobs_finished_total{kind=\"dataset\",outcome=\"succeeded\"}"));
        Assert.Equal(1, Grown("portal_jobs_duration_seconds_count{kind=\"dataset\"}"));
        foreach (var stage in new[] { "decode", "embed", "resolve" })
        {
            Assert.Equal(1, Grown($"portal_ingest_stage_duration_seconds_count{{stage=\"{stage}\"}}"));
            Assert.Equal(1, Grown($"portal_ingest_stage_duration_seconds_bucket{{stage=\"{stage}\",le=\"+Inf\"}}"));
            Assert.InRange(Grown($"portal_ingest_stage_duration_seconds_sum{{stage=\"{stage}\"}}"), 1e-9, 60);
        }
        Assert.Equal(
            (0, 0, 0),
            (
                after["portal_inputs_waiting"],
                after["portal_inputs_in_progress"],
                after["portal_inputs_oldest_wait_seconds"]
            )
        );
        Assert.Equal("histogram", after.Types["http_server_request_duration_seconds"]);
        Assert.Contains(
            after.Samples,
            s => s.Key.StartsWith("http_server_request_duration_seconds_count", StringComparison.Ordinal) && s.Value > 0
        );
        RequireRisingBuckets(after);

        double Grown(string sample) => after[sample] - before[sample];
    }

    [Fact]
    public async Task The_numbers_are_the_owners_unless_a_setting_says_otherwise()
    {
        await using (var closed = await PortalFixture.StartAsync())
        {
            using var anybody = closed.ClientWith(null);
            using var outsider = closed.ClientWith(await closed.KeyOfAsync("outsider"));
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(anybody));
            Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(outsider));
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(closed.Client));
        }
        foreach (var reader in new[] { "Loopback", "Everybody" })
        {
            await using var open = await PortalFixture.StartAsync(
                ("Metrics:Anonymous", reader),
                ("Network:KnownProxies:0", "127.0.0.1")
            );
            using var anybody = open.ClientWith(null);
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(anybody));
            // As a proxy on this machine passes on somebody from elsewhere.
            anybody.DefaultRequestHeaders.Add("X-Forwarded-For", "192.0.2.7");
            Assert.Equal(
                reader == "Everybody" ? HttpStatusCode.OK : HttpStatusCode.Unauthorized,
                await StatusAsync(anybody)
            );
        }
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client)
    {
        using var answer = await client.GetAsync(new Uri("/metrics", UriKind.Relative), Ct);
        return answer.StatusCode;
    }

    private static async Task<PrometheusReader> ReadAsync(PortalFixture portal)
    {
        using var answer = await portal.Client.GetAsync(new Uri("/metrics", UriKind.Relative), Ct);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        return PrometheusReader.Read(await answer.Content.ReadAsStringAsync(Ct));
    }

    /// <summary>A bucket counts what the smaller ones do, and the last all.</summary>
    private static void RequireRisingBuckets(PrometheusReader read)
    {
        var buckets = read
            .Samples.Where(s =>
                s.Key.StartsWith(
                    "portal_ingest_stage_duration_seconds_bucket{stage=\"decode\"",
                    StringComparison.Ordinal
                )
            )
            .Select(s => s.Value)
            .ToList();
        Assert.Equal(buckets.Order(), buckets);
        Assert.Equal(read["portal_ingest_stage_duration_seconds_count{stage=\"decode\"}"], buckets[^1]);
    }
}
