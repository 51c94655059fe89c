using System.Diagnostics;
using System.Globalization;

namespace Portal.Bench;

/// <summary>How fast a number of images went. Time on the processor is what other work on the machine disturbs least.</summary>
/// <param name="PerSecond">Images a second of wall-clock time.</param>
/// <param name="CpuMilliseconds">Milliseconds of processor time an image, over all threads of this process and its children.</param>
internal readonly record struct Speed(double PerSecond, double CpuMilliseconds)
{
    private const double MillisecondsPerTick = 10;

    public static Task<Speed> OfAsync(int images, Func<Task> work) => OfAsync(images, () => [], work);

    /// <param name="children">The processes that take part, as they are when it is asked: others take their place meanwhile.</param>
    public static async Task<Speed> OfAsync(int images, Func<IReadOnlyList<int>> children, Func<Task> work)
    {
        var before = CpuMillisecondsOf(children());
        var watch = Stopwatch.StartNew();
        await work();
        watch.Stop();
        return new Speed(images / watch.Elapsed.TotalSeconds, (CpuMillisecondsOf(children()) - before) / images);
    }

    private static double CpuMillisecondsOf(IReadOnlyList<int> children) =>
        Environment.CpuUsage.TotalTime.TotalMilliseconds + EndedChildren() + children.Sum(id => Processes.Ask(id, process => process.TotalProcessorTime.TotalMilliseconds));

    /// <summary>What children used that have ended: the 14th and 15th field behind the program's name, in hundredths of a second (proc_pid_stat(5)).</summary>
    private static double EndedChildren()
    {
        if (!OperatingSystem.IsLinux()) return 0;
        var stat = File.ReadAllText("/proc/self/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return MillisecondsPerTick * (long.Parse(fields[13], CultureInfo.InvariantCulture) + long.Parse(fields[14], CultureInfo.InvariantCulture));
    }
}
