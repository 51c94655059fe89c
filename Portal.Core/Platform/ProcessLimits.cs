using System.Globalization;
using System.Runtime.InteropServices;

namespace Portal.Core.Platform;

/// <summary>
/// What a process may take, and how long it may live, set by itself at its start. Linux only; elsewhere nothing is set.
/// </summary>
internal static partial class ProcessLimits
{
    private const int DataSize = 2;
    private const int CoreSize = 4;
    private const int ParentDeathSignal = 1;
    private const int Kill = 9;

    /// <summary>The kernel kills this process when the thread that started it ends.</summary>
    public static void EndWithParent()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = Control(ParentDeathSignal, Kill, 0, 0, 0);
        }
    }

    /// <summary>
    /// From now on this process can have so many bytes of writable memory of its own more than it has now; an
    /// allocation beyond that fails. Reserved addresses, of which the runtime has many, do not count. A crash leaves no
    /// memory dump.
    /// </summary>
    /// <exception cref="IOException">The system refused the limit.</exception>
    public static void AllowMoreMemory(long bytes)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        Set(DataSize, (nuint)(WritableBytes() + bytes));
        Set(CoreSize, 0);
    }

    private static long WritableBytes()
    {
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmData:", StringComparison.Ordinal));
        return long.Parse(line["VmData:".Length..^"kB".Length], CultureInfo.InvariantCulture) * 1024;
    }

    private static void Set(int resource, nuint bytes)
    {
        var limit = new Limit { Soft = bytes, Hard = bytes };
        if (SetLimit(resource, limit) != 0)
        {
            throw new IOException(
                $"The limit {resource} of the process could not be set (errno {Marshal.GetLastPInvokeError()})."
            );
        }
    }

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static partial int SetLimit(int resource, in Limit limit);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int Control(int option, nuint first, nuint second, nuint third, nuint fourth);

    private struct Limit
    {
        public nuint Soft;
        public nuint Hard;
    }
}
