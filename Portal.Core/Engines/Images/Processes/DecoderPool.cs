using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Portal.Core.Domain.Errors;
using Portal.Core.Platform;

namespace Portal.Core.Engines.Images.Processes;

/// <summary>
/// Decodes in child processes, so that a picture that crashes, hangs or floods the decoder fails alone. Each child does
/// one picture at a time; one that failed, or has done its share, is replaced. They end with this object, and with the
/// portal however it ends.
/// </summary>
public sealed partial class DecoderPool : IImageDecoder, IDisposable
{
    /// <summary>What a library leaks goes with the process.</summary>
    private const int PicturesPerProcess = 2000;
    private const int AskAgainMilliseconds = 1000;

    private readonly ImageLimits _limits;
    private readonly string _program;
    private readonly ILogger<DecoderPool> _log;
    private readonly PixelBudget _budget;
    private readonly BlockingCollection<Arrival> _idle = new(new ConcurrentStack<Arrival>());
    private readonly BlockingCollection<bool> _wanted = [];
    private readonly HashSet<DecoderProcess> _all = [];
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private int _count;

    /// <param name="limits">What a picture may cost, and how many processes there may be.</param>
    /// <param name="program">The .dll of a program that runs <see cref="DecoderChild"/>.</param>
    public DecoderPool(ImageLimits limits, string program, ILogger<DecoderPool> log)
    {
        (_limits, _program, _log) = (limits, program, log);
        _budget = new PixelBudget(limits.MaxBytesInFlight);
        // One thread starts them all and lives as long as the pool: Linux ends a child with the thread that started it.
        new Thread(StartWanted) { IsBackground = true, Name = "Decoder processes" }.Start();
        for (var i = 0; i < Math.Min(limits.DecoderCount, Environment.ProcessorCount + 1); i++)
        {
            Want();
        }
    }

    private readonly record struct Arrival(DecoderProcess? Process, Exception? Failure);

    /// <summary>How many children wait for a picture.</summary>
    internal int IdleCount => _idle.Count;

    /// <summary>The children there are now.</summary>
    public IReadOnlyList<int> ProcessIds
    {
        get
        {
            lock (_gate)
            {
                return [.. _all.Select(process => process.Id)];
            }
        }
    }

    public ImageHeader ReadHeader(string path)
    {
        using var answer = DecoderFrames.Reader(Ask(DecoderRequest.Header, path, 0, [], default));
        return new ImageHeader(
            (ImageType)answer.ReadInt32(),
            answer.ReadInt32(),
            answer.ReadInt32(),
            answer.ReadInt32()
        );
    }

    public PhotoDetails ReadPhoto(string path)
    {
        using var answer = DecoderFrames.Reader(Ask(DecoderRequest.Photo, path, 0, [], default));
        return new PhotoDetails(Text(), Text(), Text(), Text(), Text());

        string? Text() => answer.ReadString() is { Length: > 0 } text ? text : null;
    }

    public void DecodeSquare(string path, int side, Span<byte> rgb, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(rgb.Length, side * side * 3);
        Ask(DecoderRequest.Square, path, side, rgb, cancellationToken);
    }

    public byte[] RenderWebp(string path, int maxSide, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSide, 1);
        return Ask(DecoderRequest.Webp, path, maxSide, [], cancellationToken);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_closing.IsCancellationRequested)
            {
                return;
            }

            _closing.Cancel();
            _wanted.CompleteAdding();
            foreach (var process in _all)
            {
                process.Close();
            }
        }
    }

    private byte[] Ask(DecoderRequest request, string path, int side, Span<byte> target, CancellationToken ct)
    {
        var process = Take(ct);
        try
        {
            return process.Ask(request, Path.GetFullPath(path), side, target, _budget, ct);
        }
        catch (PortalException e) when (!process.IsUsable)
        {
            Telemetry.DecodersReplaced.Add(1);
            LogReplaced(_log, e.Message);
            throw;
        }
        finally
        {
            GiveBack(process);
        }
    }

    private DecoderProcess Take(CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, _closing.Token);
        while (true)
        {
            if (!_idle.TryTake(out var arrival))
            {
                Want();
                // Others may get what was started for this caller; then it asks again.
                if (!_idle.TryTake(out arrival, AskAgainMilliseconds, either.Token))
                {
                    continue;
                }
            }
            if (arrival.Failure is { } failure)
            {
                throw new DecoderUnavailableException(failure);
            }

            if (arrival.Process!.IsUsable)
            {
                return arrival.Process;
            }

            Replace(arrival.Process);
        }
    }

    private void GiveBack(DecoderProcess process)
    {
        if (process.IsUsable && process.Served < PicturesPerProcess)
        {
            _idle.Add(new Arrival(process, null));
        }
        else
        {
            Replace(process);
        }
    }

    private void Replace(DecoderProcess process)
    {
        process.Dispose();
        lock (_gate)
        {
            _all.Remove(process);
            _count--;
        }
        Want();
    }

    private void Want()
    {
        lock (_gate)
        {
            if (_closing.IsCancellationRequested || _count >= _limits.DecoderCount)
            {
                return;
            }

            _count++;
            _wanted.Add(true);
        }
    }

    private void StartWanted()
    {
        foreach (var _ in _wanted.GetConsumingEnumerable())
        {
            // Whatever keeps it from starting, whoever waits for it is told.
#pragma warning disable CA1031
            try
            {
                var process = DecoderProcess.Start(_program, _limits);
                lock (_gate)
                {
                    _all.Add(process);
                    if (_closing.IsCancellationRequested)
                    {
                        process.Close();
                    }
                }
                _idle.Add(new Arrival(process, null));
            }
            catch (Exception e)
            {
                LogNotStarted(_log, e);
                lock (_gate)
                {
                    _count--;
                }

                _idle.Add(new Arrival(null, e));
            }
#pragma warning restore CA1031
        }
    }

    [LoggerMessage(LogLevel.Warning, "A decoder process is replaced: {Reason}")]
    private static partial void LogReplaced(ILogger log, string reason);

    [LoggerMessage(LogLevel.Error, "A decoder process could not be started")]
    private static partial void LogNotStarted(ILogger log, Exception e);
}
