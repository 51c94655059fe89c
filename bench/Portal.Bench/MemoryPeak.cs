using System.Globalization;

namespace Portal.Bench;

/// <summary>
/// The most memory that this process had for itself while something ran: mapped files, which the system takes back when
/// it likes, are left out where it tells.
/// </summary>
internal static class MemoryPeak
{
    private static readonly TimeSpan s_lookEvery = TimeSpan.FromMilliseconds(20);

    /// <returns>Bytes beyond what was held before.</returns>
    public static async Task<long> OfAsync(Func<Task> work)
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        var (before, most) = (Now(), 0L);
        using var looking = new Timer(_ => most = Math.Max(most, Now()), null, TimeSpan.Zero, s_lookEvery);
        await work();
        return Math.Max(most, Now()) - before;
    }

    private static long Now()
    {
        if (!OperatingSystem.IsLinux())
        {
            return Environment.WorkingSet;
        }

        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("RssAnon:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)
            * 1024;
    }
}
