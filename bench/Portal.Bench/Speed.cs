using System.Diagnostics;

namespace Portal.Bench;

/// <summary>
/// How fast a number of images went. Time on the processor is what other work on the machine disturbs least.
/// </summary>
/// <param name="PerSecond">Images a second of wall-clock time.</param>
/// <param name="CpuMilliseconds">Milliseconds of processor time an image, over all threads of this process and its
/// children.</param>
internal readonly record struct Speed(double PerSecond, double CpuMilliseconds)
{
    public static Task<Speed> OfAsync(int images, Func<Task> work) => OfAsync(images, () => [], work);

    /// <param name="children">The processes that take part, as they are when it is asked: others take their place
    /// meanwhile.</param>
    public static async Task<Speed> OfAsync(int images, Func<IReadOnlyList<int>> children, Func<Task> work)
    {
        var before = CpuMillisecondsOf(children());
        var watch = Stopwatch.StartNew();
        await work();
        watch.Stop();
        return new Speed(images / watch.Elapsed.TotalSeconds, (CpuMillisecondsOf(children()) - before) / images);
    }

    private static double CpuMillisecondsOf(IReadOnlyList<int> children) =>
        Environment.CpuUsage.TotalTime.TotalMilliseconds
        + Processes.OfEndedChildren("self").TotalMilliseconds
        + children.Sum(id => Processes.Ask(id, process => process.TotalProcessorTime.TotalMilliseconds));
}
