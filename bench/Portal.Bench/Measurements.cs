using System.Diagnostics;

namespace Portal.Bench;

/// <summary>
/// Milliseconds of each thing measured, at each size: printed as they come, and side by side at the end. On a busy
/// machine the best says most.
/// </summary>
internal sealed class Measurements
{
    private readonly OrderedDictionary<string, (double? Aim, SortedDictionary<int, double> Medians)> _rows = [];
    private int _size;

    public void Begin(int size, string what)
    {
        _size = size;
        Console.WriteLine($"\n{what}; {Load()}\n{"milliseconds", -52} {"best", 9} {"median", 9} {"worst", 9}");
    }

    /// <param name="aim">Milliseconds it may take; null for none.</param>
    public async Task TimeAsync(string what, int rounds, Func<Task> work, double? aim = null)
    {
        var times = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            times.Add(await OnceAsync(work));
        }

        Add(what, times, aim);
    }

    public void Add(string what, List<double> times, double? aim = null)
    {
        var median = times.Order().ElementAt(times.Count / 2);
        Console.WriteLine(
            $"{what, -52} {times.Min(), 9:0.0} {median, 9:0.0} "
                + $"{times.Max(), 9:0.0}{(median > aim ? $"   over the aim of {aim:0}" : "")}"
        );
        _rows.TryAdd(what, (aim, []));
        _rows[what].Medians[_size] = median;
    }

    public static async Task<double> OnceAsync(Func<Task> work)
    {
        var watch = Stopwatch.StartNew();
        await work();
        return watch.Elapsed.TotalMilliseconds;
    }

    /// <summary>One line a thing: its median at each size.</summary>
    public void PrintGrowth()
    {
        var sizes = _rows.Values.SelectMany(r => r.Medians.Keys).Distinct().Order().ToList();
        Console.WriteLine(
            $"\n{"medians in milliseconds, by inputs", -52} "
                + $"{string.Join(" ", sizes.Select(s => $"{s, 10:N0}"))} "
                + $"{"aim", 6}"
        );
        foreach (var (what, (aim, medians)) in _rows)
        {
            var cells = sizes.Select(s =>
                medians.TryGetValue(s, out var median) ? $"{median, 10:0.0}" : new string(' ', 10)
            );
            Console.WriteLine($"{what, -52} {string.Join(" ", cells)} {aim, 6:0}");
        }
    }

    /// <summary>What else goes on: processes that wanted a processor in the last minute, on average.</summary>
    public static string Load() =>
        File.Exists("/proc/loadavg")
            ? $"load {File.ReadAllText("/proc/loadavg").Split(' ')[0]}, {Environment.ProcessorCount} processors"
            : $"{Environment.ProcessorCount} processors";
}
