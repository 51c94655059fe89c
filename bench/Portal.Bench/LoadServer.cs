using System.Diagnostics;
using System.Globalization;

namespace Portal.Bench;

/// <summary>
/// The portal as a process of its own on a free port of the loopback address, with what it logs and the memory it
/// takes.
/// </summary>
internal sealed class LoadServer : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);
    private readonly Process _process;
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Timer _looking;
    private int _locked;
    private int _complaints;

    private LoadServer(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.Exited += (_, _) =>
            _address.TrySetException(new InvalidOperationException("The portal ended at its start."));
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _looking = new Timer(_ => Look(), null, LookEvery, LookEvery);
    }

    /// <summary>Lines of the log with "database is locked".</summary>
    public int Locked => _locked;

    /// <summary>Lines of the log that begin a warning or an error.</summary>
    public int Complaints => _complaints;

    /// <summary>
    /// The most resident memory at once, of the portal alone and with its decoder processes. Program files that
    /// processes share count in each.
    /// </summary>
    public (long Portal, long WithDecoders) PeakBytes { get; private set; }

    /// <summary>Processor time of the portal and of the decoder processes it has and had.</summary>
    public TimeSpan ProcessorTime =>
        ProcessIds()
            .Aggregate(
                Processes.OfEndedChildren(_process.Id.ToString(CultureInfo.InvariantCulture)),
                (sum, id) => sum + TimeOf(id)
            );

    public Uri Address => _address.Task.Result;

    public static async Task<LoadServer> StartAsync(string root, string[] settings)
    {
        var program = Path.Combine(BenchImages.RepositoryRoot, "Portal", "bin", "Release", "net10.0", "Portal.dll");
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = root,
        };
        foreach (
            var argument in (string[])
                [
                    program,
                    "--urls=http://127.0.0.1:0",
                    $"--Storage:Root={root}",
                    "--Logging:Console:FormatterName=simple",
                    "--Logging:Console:FormatterOptions:SingleLine=true",
                    .. settings,
                ]
        )
        {
            start.ArgumentList.Add(argument);
        }

        var server = new LoadServer(new Process { StartInfo = start, EnableRaisingEvents = true });
        await server._address.Task.WaitAsync(TimeSpan.FromMinutes(2));
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _looking.DisposeAsync();
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            return;
        }

        if (line.Contains(Listening, StringComparison.Ordinal))
        {
            _address.TrySetResult(
                new Uri(line[(line.IndexOf(Listening, StringComparison.Ordinal) + Listening.Length)..].Trim())
            );
        }

        if (line.Contains("database is locked", StringComparison.OrdinalIgnoreCase))
        {
            Interlocked.Increment(ref _locked);
        }

        if (
            !line.StartsWith("warn:", StringComparison.Ordinal)
            && !line.StartsWith("fail:", StringComparison.Ordinal)
            && !line.StartsWith("crit:", StringComparison.Ordinal)
        )
        {
            return;
        }

        Interlocked.Increment(ref _complaints);
        Console.WriteLine($"  {line}");
    }

    private void Look()
    {
        if (_process.HasExited)
        {
            return;
        }

        _process.Refresh();
        var portal = _process.WorkingSet64;
        var all = portal + Children().Sum(MemoryOf);
        PeakBytes = (Math.Max(PeakBytes.Portal, portal), Math.Max(PeakBytes.WithDecoders, all));
    }

    /// <summary>The portal's child processes; only Linux tells.</summary>
    private List<int> Children()
    {
        var tasks = $"/proc/{_process.Id}/task";
        if (!Directory.Exists(tasks))
        {
            return [];
        }

        return [.. Directory.GetDirectories(tasks).SelectMany(OfThread)];
    }

    private static IEnumerable<int> OfThread(string task)
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "children"))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(id => int.Parse(id, CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            // The thread has ended meanwhile.
            return [];
        }
    }

    private IEnumerable<int> ProcessIds() => Children().Prepend(_process.Id);

    private static long MemoryOf(int processId) => Processes.Ask(processId, process => process.WorkingSet64);

    private static TimeSpan TimeOf(int processId) => Processes.Ask(processId, process => process.TotalProcessorTime);
}
