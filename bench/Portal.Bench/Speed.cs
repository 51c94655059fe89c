using System.Diagnostics;

namespace Portal.Bench;

/// <summary>How fast a number of images went. Time on the processor is what other work on the machine disturbs least.</summary>
/// <param name="PerSecond">Images a second of wall-clock time.</param>
/// <param name="CpuMilliseconds">Milliseconds of processor time an image, over all threads of this process and its children.</param>
internal readonly record struct Speed(double PerSecond, double CpuMilliseconds)
{
    public static Task<Speed> OfAsync(int images, Func<Task> work) => OfAsync(images, [], work);

    /// <param name="children">Processes that take part; those that start meanwhile are not counted.</param>
    public static async Task<Speed> OfAsync(int images, IReadOnlyList<int> children, Func<Task> work)
    {
        int[] processes = [Environment.ProcessId, .. children];
        var before = processes.Sum(CpuMillisecondsOf);
        var watch = Stopwatch.StartNew();
        await work();
        watch.Stop();
        return new Speed(images / watch.Elapsed.TotalSeconds, (processes.Sum(CpuMillisecondsOf) - before) / images);
    }

    private static double CpuMillisecondsOf(int processId)
    {
        using var process = Process.GetProcessById(processId);
        return process.TotalProcessorTime.TotalMilliseconds;
    }
}
