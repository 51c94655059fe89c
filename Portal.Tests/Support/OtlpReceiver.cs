using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Portal.Tests.Support;

/// <summary>Takes spans and metrics as OTLP over HTTP on a loopback port, and keeps the names in them.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _server;

    private OtlpReceiver(WebApplication server) => _server = server;

    public string Address => _server.Urls.First();

    /// <summary>The path of every request, in no order.</summary>
    public ConcurrentBag<string> Paths { get; } = [];

    /// <summary>The names of spans.</summary>
    public ConcurrentBag<string> Spans { get; } = [];

    /// <summary>The names of metrics.</summary>
    public ConcurrentBag<string> Metrics { get; } = [];

    /// <summary>The attributes of whatever sends, as <c>key=value</c>.</summary>
    public ConcurrentBag<string> Senders { get; } = [];

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        var server = builder.Build();
        var receiver = new OtlpReceiver(server);
        server.MapPost("/{**path}", (Delegate)receiver.TakeAsync);
        await server.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task<IResult> TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var path = context.Request.Path.Value!;
        // Export…Request → Resource… → Scope… → Span.name or Metric.name; and Resource… → Resource → KeyValue.
        var (names, field) = path == "/v1/traces" ? (Spans, 5) : (Metrics, 1);
        foreach (var name in ProtobufReader.Texts(body.ToArray(), 1, 2, 2, field))
        {
            names.Add(name);
        }

        foreach (var attribute in ProtobufReader.Messages(body.ToArray(), 1, 1, 1))
        {
            Senders.Add(
                $"{ProtobufReader.Texts(attribute, 1).Single()}={ProtobufReader.Texts(attribute, 2, 1).FirstOrDefault()}"
            );
        }

        Paths.Add(path);
        return Results.Bytes([], "application/x-protobuf");
    }
}
