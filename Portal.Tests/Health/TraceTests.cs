using System.Collections.Concurrent;
using System.Diagnostics;
using Portal.Core.Platform;
using Portal.Tests.Support;

namespace Portal.Tests.Health;

/// <summary>The spans of an upload and of what comes of it.</summary>
[Collection(nameof(RunsAlone))]
public sealed class TraceTests
{
    [Fact]
    public async Task The_work_on_an_input_points_back_to_the_request_that_brought_it()
    {
        var ended = new ConcurrentBag<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is Telemetry.Name or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Add,
        };
        ActivitySource.AddActivityListener(listener);
        await using var portal = await PortalFixture.StartAsync();
        await portal.PostAsync("users/me/apps", """{"apps":[{"id":"traced"}]}""").OkAsync();
        await portal
            .PostAsync(
                "users/me/apps/traced/workflows",
                """{"workflows":[{"id":"auto","nodes":[{"id":"embed","model":{"id":"visual-embedder"}}]}]}"""
            )
            .OkAsync();
        await portal
            .PatchAsync(
                "users/me/apps",
                """{"action":"overwrite","apps":[{"id":"traced","default_workflow_id":"auto"}]}"""
            )
            .OkAsync();

        await portal
            .PostAsync(
                "users/me/apps/traced/inputs",
                new
                {
                    inputs = new[]
                    {
                        new { id = "one", data = new { image = new { base64 = Drawings.Base64(Drawings.Red(1)) } } },
                    },
                }
            )
            .OkAsync();
        await portal.ProcessedAsync("users/me/apps/traced");
        await portal.PostAsync("users/me/apps/traced/datasets", """{"name":"kept"}""").OkAsync();
        var job = await Wait.ForAsync(
            () => Task.FromResult(ended.SingleOrDefault(a => a.OperationName == "job")),
            a => a is not null
        );

        var accept = ended.Single(a => a.OperationName == "accept");
        var process = (
            await Wait.ForAsync(
                () => Task.FromResult(ended.SingleOrDefault(a => a.OperationName == "process")),
                a => a is not null
            )
        )!;
        Assert.Equal("one", accept.GetTagItem("input.id"));
        Assert.Contains(
            ended,
            a => a.OperationName == "Microsoft.AspNetCore.Hosting.HttpRequestIn" && a.SpanId == accept.ParentSpanId
        );
        Assert.Equal("one", process.GetTagItem("input.id"));
        Assert.Equal(accept.Context, Assert.Single(process.Links).Context);
        Assert.NotEqual(accept.TraceId, process.TraceId);
        foreach (var stage in new[] { "decode", "embed", "run", "resolve" })
        {
            Assert.Equal(process.SpanId, ended.Single(a => a.OperationName == stage).ParentSpanId);
        }

        Assert.Equal(("dataset", "succeeded"), (job!.GetTagItem("job.kind"), job.GetTagItem("job.outcome")));
    }
}
