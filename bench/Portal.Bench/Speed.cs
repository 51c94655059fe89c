using System.Diagnostics;

namespace Portal.Bench;

/// <summary>How fast a number of images went. Time on the processor is what other work on the machine disturbs least.</summary>
/// <param name="PerSecond">Images a second of wall-clock time.</param>
/// <param name="CpuMilliseconds">Milliseconds of processor time an image, over all threads of this process.</param>
internal readonly record struct Speed(double PerSecond, double CpuMilliseconds)
{
    public static async Task<Speed> OfAsync(int images, Func<Task> work)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        await work();
        watch.Stop();
        process.Refresh();
        return new Speed(images / watch.Elapsed.TotalSeconds, (process.TotalProcessorTime - before).TotalMilliseconds / images);
    }
}
