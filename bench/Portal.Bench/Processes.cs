using System.Diagnostics;

namespace Portal.Bench;

/// <summary>Processes that may end at any moment.</summary>
internal static class Processes
{
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
}
