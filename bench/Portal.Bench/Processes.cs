using System.Diagnostics;
using System.Globalization;

namespace Portal.Bench;

/// <summary>Processes that may end at any moment.</summary>
internal static class Processes
{
    private const double TicksPerSecond = 100;

    /// <summary>What a process says; nothing where it has ended.</summary>
    public static T? Ask<T>(int processId, Func<Process, T> ask)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return ask(process);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return default;
        }
    }

    /// <summary>
    /// Processor time that ended children of a process took: the 14th and 15th field behind the program's name
    /// (proc_pid_stat(5)). Nothing where the process has ended, or the system does not tell.
    /// </summary>
    /// <param name="processId">Its number, or <c>self</c>.</param>
    public static TimeSpan OfEndedChildren(string processId)
    {
        var path = $"/proc/{processId}/stat";
        if (!File.Exists(path))
        {
            return TimeSpan.Zero;
        }

        var stat = File.ReadAllText(path);
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromSeconds(
            (
                long.Parse(fields[13], CultureInfo.InvariantCulture)
                + long.Parse(fields[14], CultureInfo.InvariantCulture)
            ) / TicksPerSecond
        );
    }
}
