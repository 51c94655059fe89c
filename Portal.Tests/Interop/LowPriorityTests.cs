using System.Collections.Concurrent;
using System.Globalization;
using Portal.Core.Platform;

namespace Portal.Tests.Interop;

public sealed class LowPriorityTests
{
    /// <summary>A part waits until another has begun, so that two threads are needed.</summary>
    [Fact]
    public async Task What_runs_there_and_what_it_runs_side_by_side_gives_way_and_nothing_else_does()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("Only Linux tells a thread's priority.");
        }

        var before = Niceness();
        var parts = new ConcurrentBag<int>();
        using var both = new Barrier(2);

        var own = await LowPriority.RunAsync(
            () =>
            {
                Parallel.For(
                    0,
                    2,
                    new ParallelOptions { MaxDegreeOfParallelism = 2, TaskScheduler = TaskScheduler.Current },
                    _ =>
                    {
                        Assert.True(both.SignalAndWait(TimeSpan.FromMinutes(1)));
                        parts.Add(Niceness());
                    }
                );
                return Niceness();
            },
            Waiting.Nobody,
            TestContext.Current.CancellationToken
        );

        Assert.True(own > before);
        Assert.Equal([own, own], parts);
        Assert.All(
            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(Niceness))),
            niceness => Assert.Equal(before, niceness)
        );
    }

    [Fact]
    public async Task What_somebody_waits_for_goes_before_what_nobody_waits_for()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("Only Linux tells a thread's priority.");
        }

        var before = Niceness();

        var awaited = await LowPriority.RunAsync(Niceness, Waiting.Somebody, TestContext.Current.CancellationToken);
        var unawaited = await LowPriority.RunAsync(Niceness, Waiting.Nobody, TestContext.Current.CancellationToken);

        Assert.InRange(awaited, before + 1, unawaited - 1);
    }

    /// <summary>
    /// The pools of arrays keep what they hold with threads: with a thread each, each picture would cost the collector
    /// a tensor.
    /// </summary>
    [Fact]
    public async Task A_thread_that_is_done_takes_the_next_computation()
    {
        const int computations = 50;
        var threads = new HashSet<int>();

        for (var i = 0; i < computations; i++)
        {
            threads.Add(
                await LowPriority.RunAsync(
                    () => Environment.CurrentManagedThreadId,
                    Waiting.Nobody,
                    TestContext.Current.CancellationToken
                )
            );
        }

        Assert.InRange(threads.Count, 1, computations / 2);
    }

    [Fact]
    public async Task A_failure_and_a_cancellation_are_the_callers()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAsync<FormatException>(() =>
            LowPriority.RunAsync(
                () => int.Parse("x", CultureInfo.InvariantCulture),
                Waiting.Nobody,
                TestContext.Current.CancellationToken
            )
        );
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            LowPriority.RunAsync(() => 1, Waiting.Somebody, cancelled.Token)
        );
    }

    /// <summary>
    /// The 19th field of a thread's line, as proc_pid_stat(5) counts them; the second, in brackets, may hold blanks.
    /// </summary>
    private static int Niceness()
    {
        var line = File.ReadAllText("/proc/thread-self/stat");
        return int.Parse(line[(line.LastIndexOf(')') + 2)..].Split(' ')[19 - 3], CultureInfo.InvariantCulture);
    }
}
