using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Portal.Tests.Support;

/// <summary>The portal as a user starts it: a process of its own, on a free port of the loopback address.</summary>
internal sealed partial class PortalProcess : IAsyncDisposable
{
    public const string Key = "test-key-0123456789abcdef";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly TaskCompletionSource<string> _signInLink = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private PortalProcess(Process process) => _process = process;

    private static string Program =>
        Path.Combine(SharedData.RepositoryRoot, "Portal", "bin", Configuration, "net10.0", "Portal.dll");

    public int Id => _process.Id;

    public Uri Address { get; private set; } = null!;

    /// <summary>Signs the owner in, once.</summary>
    public string SignInLink { get; private set; } = null!;

    /// <summary>Everything it printed so far, for the message of a failing test.</summary>
    public string Output => string.Join(Environment.NewLine, _output);

    public long PeakMemoryBytes
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64;
        }
    }

    public bool IsRunning => !_process.HasExited;

    /// <param name="root">Its data directory.</param>
    /// <param name="port">A port to take again after a restart; 0 for a free one.</param>
    /// <param name="arguments">Further arguments, for example <c>demo</c> first.</param>
    public static Task<PortalProcess> StartAsync(string root, int port = 0, params string[] arguments) =>
        StartAsync([], root, port, arguments);

    /// <param name="launcher">A program that starts another one, and its arguments.</param>
    public static async Task<PortalProcess> StartAsync(
        string[] launcher,
        string root,
        int port,
        params string[] arguments
    )
    {
        var portal = Begin(launcher, root, port, arguments);
        try
        {
            portal.SignInLink = await portal._signInLink.Task.WaitAsync(StartLimit);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"The portal did not start in time:{Environment.NewLine}{portal.Output}", e);
        }
        portal.Address = new Uri(new Uri(portal.SignInLink).GetLeftPart(UriPartial.Authority));
        return portal;
    }

    /// <summary>Kills a portal while it starts, or just after.</summary>
    public static async Task KillDuringStartAsync(string root, TimeSpan after, params string[] arguments)
    {
        await using var portal = Begin([], root, 0, arguments);
        // Nobody waits for this link.
        _ = portal._signInLink.Task.ContinueWith(link => link.Exception, TaskScheduler.Default);
        await Task.Delay(after);
        await portal.KillAsync();
    }

    /// <summary>Runs a command that ends by itself, such as <c>backup FOLDER</c>, on a data directory.</summary>
    /// <returns>Its exit code, and everything it printed.</returns>
    public static async Task<(int Code, string Output)> CommandAsync(string root, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[Program, .. arguments, $"--Storage:Root={root}"])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(StartLimit);
        return (process.ExitCode, await output + await errors);
    }

    /// <summary>A client of the REST API with the owner's key.</summary>
    public HttpClient Client()
    {
        var client = new HttpClient { BaseAddress = Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Key", Key);
        return client;
    }

    /// <summary>Asks it to end, as a service manager does, and waits until it has.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopAsync()
    {
        ProcessSignals.AskToEnd(_process.Id);
        await _process.WaitForExitAsync().WaitAsync(StartLimit);
        return _process.ExitCode;
    }

    /// <summary>SIGKILL: nothing in the process gets a chance to tidy up.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private static PortalProcess Begin(string[] launcher, string root, int port, string[] arguments)
    {
        string[] command = [.. launcher, "dotnet"];
        var start = new ProcessStartInfo(command[0])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (
            var argument in (string[])
                [
                    .. command[1..],
                    Program,
                    .. arguments,
                    $"--urls=http://127.0.0.1:{port}",
                    $"--Storage:Root={root}",
                    "--Owner:UserId=owner",
                    $"--Owner:ApiKey={Key}",
                ]
        )
        {
            start.ArgumentList.Add(argument);
        }

        var portal = new PortalProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        portal.Begin();
        return portal;
    }

    private void Begin()
    {
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
        _process.Exited += async (_, _) =>
        {
            // The last lines may arrive after the end of the process; this waits for them.
            await _process.WaitForExitAsync();
            _signInLink.TrySetException(
                new InvalidOperationException($"The portal ended at its start:{Environment.NewLine}{Output}")
            );
        };
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            return;
        }

        _output.Enqueue(line);
        if (Link().Match(line) is { Success: true } link)
        {
            _signInLink.TrySetResult(link.Value);
        }
    }

#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    [GeneratedRegex(@"http://\S+/sign-in\?token=\S+")]
    private static partial Regex Link();
}
