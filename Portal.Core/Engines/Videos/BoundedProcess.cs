using System.Diagnostics;
using System.Globalization;

namespace Portal.Core.Engines.Videos;

/// <summary>Runs a program to its end within limits, with nothing of the portal's environment.</summary>
internal static class BoundedProcess
{
    // The limits hold from before the program's first instruction; "$@" keeps every argument as it is.
    private static string Limited(long kilobytes, int seconds) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"ulimit -c 0; ulimit -f 0; ulimit -d {kilobytes}; ulimit -t {seconds}; exec \"$@\""
        );

    /// <param name="file">Absolute path.</param>
    /// <param name="maxMemory">Bytes of writable memory; on Linux only.</param>
    /// <returns>What it wrote to its standard output, whether or not it succeeded; how it ended tells less than what it
    /// said.</returns>
    /// <exception cref="TimeoutException">It took longer than it may, and was killed.</exception>
    /// <exception cref="InvalidDataException">It wrote more than it may, and was killed.</exception>
    public static async Task<byte[]> RunAsync(
        string file,
        IEnumerable<string> arguments,
        long maxOutput,
        TimeSpan maxTime,
        long maxMemory,
        CancellationToken ct
    )
    {
        var start = new ProcessStartInfo(file)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            CreateNoWindow = true,
        };
        start.Environment.Clear();
        foreach (var name in (string[])["PATH", "SystemRoot"])
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
            {
                start.Environment[name] = value;
            }
        }
        if (OperatingSystem.IsLinux())
        {
            start.FileName = "/bin/sh";
            foreach (
                var argument in (string[])
                    ["-c", Limited(maxMemory / 1024, (int)Math.Ceiling(maxTime.TotalSeconds) + 1), "sh", file]
            )
            {
                start.ArgumentList.Add(argument);
            }
        }
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var time = CancellationTokenSource.CreateLinkedTokenSource(ct);
        time.CancelAfter(maxTime);
        using var process = Process.Start(start)!;
        try
        {
            process.StandardInput.Close();
            var errors = process.StandardError.BaseStream.CopyToAsync(Stream.Null, time.Token);
            var output = await ReadAsync(process.StandardOutput.BaseStream, maxOutput, time.Token);
            await errors;
            await process.WaitForExitAsync(time.Token);
            return output;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new TimeoutException();
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static async Task<byte[]> ReadAsync(Stream output, long maxOutput, CancellationToken ct)
    {
        using var all = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await output.ReadAsync(buffer, ct)) > 0)
        {
            if (all.Length + read > maxOutput)
            {
                throw new InvalidDataException();
            }

            all.Write(buffer, 0, read);
        }
        return all.ToArray();
    }
}
