using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Exporter;
using OpenTelemetry.Trace;
using Portal.Core.Platform;
using Portal.Tests.Support;

namespace Portal.Tests.Health;

/// <summary>
/// What leaves the portal by OTLP, at a receiver on a loopback port. The settings come from the configuration, as the
/// environment's do.
/// </summary>
[Collection(nameof(RunsAlone))]
public sealed class OtlpTests
{
    private const string App = "users/me/apps/sent";

    [Fact]
    public async Task Spans_and_numbers_arrive_where_the_endpoint_points()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var portal = await PortalFixture.StartAsync(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Address),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_BSP_SCHEDULE_DELAY", "50"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "100")
        );
        await UploadAsync(portal);

        // While it runs: neither interval is the usual one, and a metric's is a minute.
        string[] expected = ["accept", "process", "decode", "embed", "resolve"];
        await Wait.ForAsync(
            () => Task.FromResult(receiver.Spans.ToHashSet()),
            spans => spans.IsSupersetOf(expected),
            TimeSpan.FromSeconds(30)
        );
        await Wait.ForAsync(
            () => Task.FromResult(receiver.Metrics.ToHashSet()),
            metrics => metrics.Contains("portal.inputs.accepted") && metrics.Contains("http.server.request.duration"),
            TimeSpan.FromSeconds(30)
        );
        Assert.Contains("service.name=autoannotate-portal", receiver.Senders);
        Assert.Equal(["/v1/metrics", "/v1/traces"], receiver.Paths.Distinct().Order());
    }

    [Fact]
    public async Task What_has_not_left_yet_leaves_when_the_portal_stops()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using (
            var portal = await PortalFixture.StartAsync(
                ("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Address),
                ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
                ("OTEL_BSP_SCHEDULE_DELAY", "3600000"),
                ("OTEL_METRIC_EXPORT_INTERVAL", "3600000")
            )
        )
        {
            await UploadAsync(portal);
            Assert.Empty(receiver.Paths);
        }

        Assert.Contains("process", receiver.Spans);
        Assert.Contains("portal.inputs.accepted", receiver.Metrics);
    }

    [Fact]
    public async Task Without_an_endpoint_no_span_is_made_and_nothing_is_sent()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        // An exporter, were there one, would send to the receiver, at the latest when the portal stops.
        void ToReceiver(IServiceCollection services) =>
            services.ConfigureAll<OtlpExporterOptions>(otlp =>
                (otlp.Endpoint, otlp.Protocol) = (new Uri(receiver.Address), OtlpExportProtocol.HttpProtobuf)
            );
        await using (var portal = await PortalFixture.StartAsync(ToReceiver))
        {
            await UploadAsync(portal);
            Assert.Null(portal.Services.GetService<TracerProvider>());
            Assert.False(Telemetry.Spans.HasListeners());
        }

        Assert.Empty(receiver.Paths);
    }

    private static async Task UploadAsync(PortalFixture portal)
    {
        await portal.PostAsync("users/me/apps", """{"apps":[{"id":"sent"}]}""").OkAsync();
        var image = new { base64 = Drawings.Base64(Drawings.Red(1)) };
        await portal
            .PostAsync($"{App}/inputs", new { inputs = new[] { new { id = "one", data = new { image } } } })
            .OkAsync();
        await portal.ProcessedAsync(App);
    }
}
