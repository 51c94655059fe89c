using System.Globalization;
using Portal.Core.Platform;
using Portal.Features.Jobs;

namespace Portal.Tests.Jobs;

/// <summary>The counters are the process's, so what other tests do is counted too.</summary>
public sealed class WorkPaceTests
{
    [Fact]
    public async Task What_was_worked_off_stands_in_its_half_minute_and_makes_the_rate()
    {
        var clock = new Stopped();
        using var pace = new WorkPace(clock);
        await pace.StartAsync(TestContext.Current.CancellationToken);

        Processed(600, "success");
        Processed(60, "failed");
        Processed(1000, "lost");
        clock.Now += TimeSpan.FromSeconds(60);

        var recent = pace.Recent();
        Assert.Equal(WorkPace.Slots, recent.Count);
        Assert.InRange(recent[^3].Done, 600, 900);
        Assert.InRange(recent[^3].Failed, 60, 100);
        // 660 in 60 s.
        Assert.InRange(pace.PerSecond(), 11, 16);

        clock.Now += TimeSpan.FromMinutes(30);
        Assert.Equal(0, pace.PerSecond());
        Assert.All(pace.Recent(), slot => Assert.True(slot.Done < 600));
    }

    [Fact]
    public async Task What_work_waited_for_is_counted_with_its_time()
    {
        var clock = new Stopped();
        using var pace = new WorkPace(clock);
        await pace.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal((0, null), (pace.DecodersReplaced.Count, pace.DecodersReplaced.Last));

        Telemetry.DecodersReplaced.Add(1);
        Telemetry.StorageWaits.Add(2);

        Assert.InRange(pace.DecodersReplaced.Count, 1, 100);
        Assert.InRange(pace.StorageWaits.Count, 2, 100);
        Assert.Equal(clock.Now, pace.StorageWaits.Last);
    }

    [Theory]
    [InlineData(0, "none")]
    [InlineData(0.004, "1 a minute")]
    [InlineData(0.5, "30 a minute")]
    [InlineData(4.14, "4.1 a second")]
    [InlineData(1200, "1,200 a second")]
    public void A_rate_is_said_in_the_unit_that_says_most(double perSecond, string words)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        Assert.Equal(words, WorkFormatter.Rate(perSecond));
    }

    [Fact]
    public void Nothing_is_promised_of_a_queue_that_does_not_move()
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        Assert.Null(WorkFormatter.Left(100, 0));
        Assert.Equal("50 s", WorkFormatter.Left(100, 2));
    }

    private static void Processed(int count, string outcome) =>
        Telemetry.InputsProcessed.Add(count, new KeyValuePair<string, object?>("outcome", outcome));

    private sealed class Stopped : TimeProvider
    {
        public DateTime Now { get; set; } = new(2026, 5, 1, 12, 0, 10, DateTimeKind.Utc);

        public override DateTimeOffset GetUtcNow() => new(Now, TimeSpan.Zero);
    }
}
