using System.Globalization;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Domain.Jobs;
using Portal.Core.Services.Automation;
using Portal.Core.Services.Training;
using Portal.Features.Jobs;
using Portal.Shared.Live;

namespace Portal.Tests.Jobs;

public sealed class JobRowTests : IAsyncLifetime
{
    private static readonly DateTime Start = new(2026, 5, 4, 12, 0, 0, DateTimeKind.Utc);
    private readonly BunitContext _context = new();

    public JobRowTests()
    {
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("en-GB");
        _context.Services.AddSingleton<TimeProvider>(new Stopped(Start.AddSeconds(20))).AddScoped<Reader>();
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _context.DisposeAsync();

    [Fact]
    public void A_running_job_that_counts_says_how_fast_and_how_long_yet() =>
        // 2,000 in 20 s is 100 a second; the other 6,000 take 60 s.
        Assert.Contains(
            "2,000 of 8,000 · 100 a second · 60 s left",
            Render(Running(JobKinds.Backfill, 2_000, 8_000)).Markup,
            StringComparison.Ordinal
        );

    [Fact]
    public void A_training_says_its_share_and_promises_no_time()
    {
        var row = Render(Running(JobKinds.Training, 40, 100));

        Assert.Contains("40 %", row.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("left", row.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_that_is_to_stop_cannot_be_cancelled_twice()
    {
        var job = Running(JobKinds.Backfill, 1, 2);
        job.CancelRequested = true;

        var row = Render(job);

        Assert.Empty(row.FindAll("button"));
        Assert.Contains("Stopping", row.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_job_says_why()
    {
        var job = Running(JobKinds.Backfill, 1, 2);
        (job.State, job.Message, job.FinishedAt) = (JobState.Failed, "The disk is full.", Start.AddSeconds(5));

        Assert.Equal("The disk is full.", Render(job).Find(".what .failed").TextContent);
    }

    [Fact]
    public void A_job_that_could_do_nothing_yet_is_neither_done_nor_failed()
    {
        var job = Running("evaluate", 0, 100);
        (job.State, job.Message, job.FinishedAt) = (JobState.Skipped, "Not evaluated yet.", Start.AddSeconds(5));

        var row = Render(job);

        Assert.Equal("Not evaluated yet.", row.Find(".what .muted").TextContent);
        Assert.Single(row.FindAll(".mark.skipped[aria-label='Not possible yet']"));
    }

    private IRenderedComponent<JobRow> Render(Job job) => _context.Render<JobRow>(p => p.Add(r => r.Job, job));

    private static Job Running(string kind, int done, int total) =>
        new()
        {
            ExternalId = "job",
            Kind = kind,
            Title = "A job",
            Parameters = "{}",
            State = JobState.Running,
            Done = done,
            Total = total,
            CreatedAt = Start,
            StartedAt = Start,
        };

    private sealed class Stopped(DateTime now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(now, TimeSpan.Zero);
    }
}
