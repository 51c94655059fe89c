using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Portal.Core.Platform;

namespace Portal.Features.Health;

/// <summary>
/// What the portal tells about its work through OpenTelemetry: its numbers at <c>/metrics</c>, and numbers and spans by
/// OTLP to where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> points. Without that variable nothing leaves the portal, and no
/// spans are made.
/// </summary>
internal static class TelemetrySetup
{
    private const string EndpointKey = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string ServiceName = "autoannotate-portal";

    private static readonly string[] Meters =
    [
        Telemetry.Name,
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Server.Kestrel",
        "Microsoft.AspNetCore.RateLimiting",
    ];

    /// <summary>Numbers and spans leave the portal.</summary>
    public static bool IsSent(IConfiguration configuration) => !string.IsNullOrWhiteSpace(configuration[EndpointKey]);

    public static void AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        var sends = IsSent(configuration);
        // The environment has the last word: OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES.
        var telemetry = services
            .AddOpenTelemetry()
            .ConfigureResource(resource =>
                resource
                    .AddService(
                        ServiceName,
                        serviceVersion: typeof(TelemetrySetup).Assembly.GetName().Version?.ToString(3)
                    )
                    .AddEnvironmentVariableDetector()
            );
        telemetry.WithMetrics(metrics =>
        {
            metrics.AddMeter(Meters).AddPrometheusExporter(WriteAsBefore);
            if (sends)
            {
                metrics.AddOtlpExporter();
            }
        });
        if (!sends)
        {
            return;
        }

        telemetry.WithTracing(spans =>
            spans.AddSource(Telemetry.Name).AddAspNetCoreInstrumentation().AddOtlpExporter()
        );
        services.AddHostedService<QueueGauges>();
    }

    // Names and labels are the instruments' own, and each reading is of its moment.
    private static void WriteAsBefore(OpenTelemetry.Exporter.PrometheusAspNetCoreOptions options)
    {
        options.ScopeInfoEnabled = false;
        options.TargetInfoEnabled = false;
        options.ScrapeResponseCacheDurationMilliseconds = 0;
    }
}
