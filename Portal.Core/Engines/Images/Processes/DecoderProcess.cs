using System.Collections.Frozen;
using System.Diagnostics;
using System.Globalization;
using Portal.Core.Domain.Errors;

namespace Portal.Core.Engines.Images.Processes;

/// <summary>
/// One child process that decodes, as the portal sees it: asked for one picture at a time, and ended when a picture
/// takes too long or too much memory. For one caller at a time.
/// </summary>
internal sealed class DecoderProcess : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The child ends a decode at the limit by itself, and says more; this is how much longer it may take to do so.
    /// </summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>What a program needs to start on any system, beside what is .NET's own.</summary>
    private static readonly FrozenSet<string> Inherited = FrozenSet.ToFrozenSet(
        ["PATH", "HOME", "LD_LIBRARY_PATH", "TMPDIR", "TEMP", "TMP", "SystemRoot", "windir", "LANG", "LC_ALL"],
        StringComparer.OrdinalIgnoreCase
    );

    private readonly Process _process;
    private readonly ImageLimits _limits;
    private readonly long _idleBytes;
    private volatile string _lastError = "";
    private volatile Ending _ending;
    private bool _isAtRest = true;

    private DecoderProcess(Process process, ImageLimits limits)
    {
        (_process, _limits) = (process, limits);
        process.ErrorDataReceived += (_, line) =>
        {
            if (!string.IsNullOrWhiteSpace(line.Data) && !VipsFailure.SaysOutOfMemory(_lastError))
            {
                _lastError = line.Data;
            }
        };
        process.BeginErrorReadLine();
        try
        {
            using var limit = new Timer(_ => End(Ending.TooLong), null, StartLimit, Timeout.InfiniteTimeSpan);
            DecoderFrames.Write(
                Requests,
                (byte)DecoderRequest.Begin,
                writer => DecoderChild.WriteLimits(writer, limits)
            );
            DecoderFrames.ReadHead(Answers);
            process.Refresh();
            _idleBytes = process.WorkingSet64;
        }
        catch (IOException e)
        {
            Dispose();
            throw new IOException($"A decoder process ended at its start: {_lastError}", e);
        }
    }

    private enum Ending
    {
        None,
        TooLong,
        TooLarge,
        CallerLeft,
        Closed,
    }

    public int Id => _process.Id;

    /// <summary>Pictures asked for so far.</summary>
    public int Served { get; private set; }

    /// <summary>Whether it can be asked again: it is alive, and its last picture left nothing behind.</summary>
    public bool IsUsable => _isAtRest && _ending == Ending.None && !_process.HasExited;

    private Stream Requests => _process.StandardInput.BaseStream;

    private Stream Answers => _process.StandardOutput.BaseStream;

    /// <param name="program">The .dll of a program that runs <see cref="DecoderChild"/> when its one argument is
    /// <see cref="DecoderChild.Command"/>.</param>
    /// <exception cref="IOException">The process did not start.</exception>
    public static DecoderProcess Start(string program, ImageLimits limits)
    {
        var start = new ProcessStartInfo
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            CreateNoWindow = true,
        };
        // The launcher beside the program, where that is what runs now; else the program is given to dotnet.
        var host = Environment.ProcessPath!;
        var isLauncher = host == Path.ChangeExtension(program, OperatingSystem.IsWindows() ? "exe" : null);
        start.FileName = isLauncher || Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet";
        if (!isLauncher)
        {
            start.ArgumentList.Add(program);
        }

        start.ArgumentList.Add(DecoderChild.Command);
        // Settings may hold keys and passwords, which a decoder has no need of.
        foreach (
            var name in start
                .Environment.Keys.Where(name =>
                    !Inherited.Contains(name) && !name.StartsWith("DOTNET_", StringComparison.Ordinal)
                )
                .ToList()
        )
        {
            start.Environment.Remove(name);
        }
        // It holds one picture and few objects; the collector of a server would take memory for each processor.
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_gcConcurrent"] = "0";
        return new DecoderProcess(Process.Start(start)!, limits);
    }

    /// <summary>Asks for one picture.</summary>
    /// <param name="side">Pixels, where the request takes a side.</param>
    /// <param name="target">Receives the answer if it is not empty, and then has its length.</param>
    /// <returns>The answer; empty where it went into <paramref name="target"/>.</returns>
    /// <exception cref="PortalException">The picture is refused, or it made the process fail.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, or the portal is closing.</exception>
    public byte[] Ask(
        DecoderRequest request,
        string path,
        int side,
        Span<byte> target,
        PixelBudget budget,
        CancellationToken ct
    )
    {
        _isAtRest = false;
        Served++;
        IDisposable? share = null;
        try
        {
            using var watch = new Watch(this, ct);
            DecoderFrames.Write(
                Requests,
                (byte)request,
                writer =>
                {
                    writer.Write(path);
                    writer.Write(side);
                }
            );
            while (true)
            {
                var (kind, length) = DecoderFrames.ReadHead(Answers);
                if (kind == (byte)DecoderAnswer.Done && !target.IsEmpty)
                {
                    ArgumentOutOfRangeException.ThrowIfNotEqual(length, target.Length);
                    Answers.ReadExactly(target);
                    _isAtRest = true;
                    return [];
                }
                var body = DecoderFrames.ReadBody(Answers, length);
                if (kind == (byte)DecoderAnswer.NeedsMemory)
                {
                    watch.Pause();
                    share = budget.Acquire(BitConverter.ToInt64(body), ct);
                    watch.Restart();
                    DecoderFrames.Write(Requests, (byte)DecoderRequest.Granted, []);
                    continue;
                }
                if ((DecoderAnswer)kind == DecoderAnswer.OutOfMemory)
                {
                    throw OutOfMemory();
                }

                _isAtRest = true;
                return (DecoderAnswer)kind == DecoderAnswer.Done
                    ? body
                    : throw Failure((DecoderAnswer)kind, path, body);
            }
        }
        catch (IOException e) when (e is not FileNotFoundException)
        {
            throw Ended(e, ct);
        }
        finally
        {
            share?.Dispose();
        }
    }

    /// <summary>Ends the process, whoever waits for it.</summary>
    public void Close() => End(Ending.Closed);

    public void Dispose()
    {
        Close();
        _process.Dispose();
    }

    private static Exception Failure(DecoderAnswer kind, string path, byte[] body)
    {
        if (kind == DecoderAnswer.Missing)
        {
            return new FileNotFoundException("There is no such picture.", path);
        }

        using var reader = DecoderFrames.Reader(body);
        return kind == DecoderAnswer.Refused
            ? new PortalException((StatusCode)reader.ReadInt32(), reader.ReadString())
            : new InvalidOperationException($"A decoder process hit a fault: {reader.ReadString()}");
    }

    /// <summary>Why the process is gone in the middle of a picture.</summary>
    private Exception Ended(Exception inner, CancellationToken ct)
    {
        // Its last words arrive through another pipe.
        _process.WaitForExit();
        return _ending switch
        {
            Ending.CallerLeft => new OperationCanceledException(ct),
            Ending.Closed => new OperationCanceledException("The portal is closing.", inner),
            Ending.TooLong => new PortalException(
                StatusCode.InputOverLimit,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The picture made the decoder take longer than {_limits.MaxDecodeTime.TotalSeconds:0.###} s, "
                        + $"so it was ended. Save the picture again in another program."
                ),
                inner: inner
            ),
            Ending.TooLarge => OutOfMemory(),
            _ when VipsFailure.SaysOutOfMemory(_lastError) => OutOfMemory(),
            _ => new PortalException(
                StatusCode.InputBadBytes,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The picture made the decoder crash (exit code {_process.ExitCode}). Save the picture again in "
                        + $"another program."
                ),
                inner: inner
            ),
        };
    }

    private PortalException OutOfMemory() =>
        new(
            StatusCode.InputOverLimit,
            string.Create(
                CultureInfo.InvariantCulture,
                $"The picture made the decoder run out of memory; the limit is {_limits.MaxDecodeMemory / 1e6:0} "
                    + $"MB. Make it smaller, or raise Imaging:MaxDecodeMemory."
            )
        );

    private void End(Ending why)
    {
        if (_ending == Ending.None)
        {
            _ending = why;
        }

        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended already.
        }
    }

    /// <summary>
    /// Ends the process when its picture takes too long, its caller leaves, or, where the system does not limit a
    /// process's memory by itself, when it has grown too large.
    /// </summary>
    private sealed class Watch : IDisposable
    {
        private readonly DecoderProcess _child;
        private readonly Timer _timer;
        private readonly CancellationTokenRegistration _caller;
        private long _since;

        public Watch(DecoderProcess child, CancellationToken ct)
        {
            ct.ThrowIfCancellationRequested();
            _child = child;
            _timer = new Timer(_ => Look());
            Restart();
            _caller = ct.Register(() => child.End(Ending.CallerLeft));
        }

        public void Pause() => _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public void Restart()
        {
            _since = Stopwatch.GetTimestamp();
            _timer.Change(LookEvery, LookEvery);
        }

        public void Dispose()
        {
            _caller.Dispose();
            _timer.Dispose();
        }

        private void Look()
        {
            if (Stopwatch.GetElapsedTime(_since) > _child._limits.MaxDecodeTime + Grace)
            {
                _child.End(Ending.TooLong);
                return;
            }
            _child._process.Refresh();
            if (
                !_child._process.HasExited
                && _child._process.WorkingSet64 > _child._idleBytes + _child._limits.MaxDecodeMemory
            )
            {
                _child.End(Ending.TooLarge);
            }
        }
    }
}
