using System.Globalization;
using System.Runtime.InteropServices;

namespace Portal.Tests.Support;

/// <summary>What Linux says of processes, and does to them on request.</summary>
internal static class ProcessSignals
{
    private const int Kill = 9;
    private const int Terminate = 15;
    private const int Continue = 18;
    private const int Stop = 19;

    public static void RequireLinux()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Processes are looked at through /proc, which only Linux has.");
    }

    /// <summary>Freezes a process: from outside it is there, and does nothing.</summary>
    public static void Freeze(int processId) => Send(processId, Stop);

    public static void Thaw(int processId) => Send(processId, Continue);

    public static void KillNow(int processId) => Send(processId, Kill);

    /// <summary>Asks a process to end, as a service manager does.</summary>
    public static void AskToEnd(int processId) => Send(processId, Terminate);

    public static bool IsRunning(int processId) => Fields(processId) is [not "Z", ..];

    /// <summary>The processes that a process has started.</summary>
    public static IReadOnlyList<int> ChildrenOf(int processId) =>
    [
        .. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => char.IsAsciiDigit(name![0])).Select(name => int.Parse(name!, CultureInfo.InvariantCulture))
            .Where(id => Fields(id) is [_, var parent, ..] && parent == processId.ToString(CultureInfo.InvariantCulture)),
    ];

    /// <summary>State and parent and what follows them in /proc; null where there is no such process.</summary>
    private static string[]? Fields(int processId)
    {
        try
        {
            var line = File.ReadAllText($"/proc/{processId}/stat");
            return line[(line.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Send(int processId, int signal)
    {
        if (SendSignal(processId, signal) != 0) throw new InvalidOperationException($"Signal {signal} did not reach the process {processId}.");
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int processId, int signal);
}
