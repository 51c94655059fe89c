using System.Diagnostics;
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
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("Processes are looked at through /proc, which only Linux has.");
        }
    }

    /// <summary>Freezes a process: from outside it is there, and does nothing.</summary>
    public static void Freeze(int processId) => Send(processId, Stop);

    public static void Thaw(int processId) => Send(processId, Continue);

    public static void KillNow(int processId) => Send(processId, Kill);

    /// <summary>Asks a process to end, as a service manager does.</summary>
    public static void AskToEnd(int processId) => Send(processId, Terminate);

    public static bool IsRunning(int processId) => Fields(processId) is [not "Z", ..];

    /// <summary>
    /// What starts a program as somebody who may not write where folders say so; empty for a user who is that already.
    /// Root becomes it in a namespace of its own.
    /// </summary>
    public static string[] RequireUnprivileged() => Environment.IsPrivilegedProcess ? RequireNamespace("--user") : [];

    /// <summary>
    /// What starts a program that sees a small disk of its own in place of a folder. The disk goes with the program.
    /// </summary>
    public static string[] RequireSmallDisk(string folder, int megabytes) =>
        [
            .. RequireNamespace("--user", "--map-root-user", "--mount"),
            "/bin/sh",
            "-c",
            $"mount -t tmpfs -o size={megabytes}m none \"$0\" && exec \"$@\"",
            folder,
        ];

    private static string[] RequireNamespace(params string[] options)
    {
        RequireLinux();
        string[] launcher = ["unshare", .. options];
        using var trial = Process.Start(
            new ProcessStartInfo("/bin/sh", ["-c", $"{string.Join(' ', launcher)} true 2>/dev/null"])
        )!;
        trial.WaitForExit();
        if (trial.ExitCode != 0)
        {
            Assert.Skip($"This machine lets nobody have a namespace of their own ({string.Join(' ', launcher)}).");
        }

        return launcher;
    }

    /// <summary>Whether users other than root may write into a folder; all may read it.</summary>
    public static void LetWrite(string folder, bool isWritable)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, (UnixFileMode)(isWritable ? 0b111_111_111 : 0b101_101_101));
        }
    }

    /// <summary>The processes that a process has started.</summary>
    public static IReadOnlyList<int> ChildrenOf(int processId) =>
        [
            .. Directory
                .EnumerateDirectories("/proc")
                .Select(Path.GetFileName)
                .Where(name => char.IsAsciiDigit(name![0]))
                .Select(name => int.Parse(name!, CultureInfo.InvariantCulture))
                .Where(id =>
                    Fields(id) is [_, var parent, ..] && parent == processId.ToString(CultureInfo.InvariantCulture)
                ),
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
        if (SendSignal(processId, signal) != 0)
        {
            throw new InvalidOperationException($"Signal {signal} did not reach the process {processId}.");
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int processId, int signal);
}
