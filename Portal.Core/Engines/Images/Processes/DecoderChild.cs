using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using NetVips;
using Portal.Core.Domain.Errors;
using Portal.Core.Platform;

namespace Portal.Core.Engines.Images.Processes;

/// <summary>
/// The other end of <see cref="DecoderProcess"/>: a process that decodes one picture after another, as it is asked to
/// over its standard input.
/// </summary>
public sealed class DecoderChild
{
    /// <summary>The one argument that makes a program a decoder process.</summary>
    public const string Command = "decode-worker";

    private readonly BlockingCollection<(DecoderRequest Kind, byte[] Body)> _requests = [];
    private readonly Stream _answers = Console.OpenStandardOutput();
    private readonly VipsImageDecoder _decoder;
    private byte[] _square = [];

    private DecoderChild(ImageLimits limits) => _decoder = new VipsImageDecoder(limits, AskForMemory);

    public static bool IsMeant(string[] args) => args is [Command];

    /// <summary>Answers requests until the process that asks has gone.</summary>
    /// <returns>The process's exit code.</returns>
    public static int Run()
    {
        // Ctrl+C, or a service manager's stop, reaches every process of the portal. This one ends after the portal has
        // finished with it.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => signal.Cancel = true);
        ProcessLimits.EndWithParent();
        using var input = Console.OpenStandardInput();
        var limits = ReadLimits(input);
        VipsLibrary.EnsureStarted();
        ProcessLimits.AllowMoreMemory(limits.MaxDecodeMemory);
        var child = new DecoderChild(limits);
        new Thread(() => child.Receive(input)) { IsBackground = true }.Start();
        child.Send(DecoderAnswer.Ready, []);
        child.Answer();
        return 0;
    }

    internal static void WriteLimits(BinaryWriter writer, ImageLimits limits)
    {
        writer.Write(limits.MaxBytes);
        writer.Write(limits.MaxPixels);
        writer.Write(limits.MaxDecodeTime.Ticks);
        writer.Write(limits.MaxDecodeMemory);
    }

    private static ImageLimits ReadLimits(Stream input)
    {
        using var reader = DecoderFrames.Reader(DecoderFrames.ReadBody(input, DecoderFrames.ReadHead(input).Length));
        return new ImageLimits
        {
            MaxBytes = reader.ReadInt64(),
            MaxPixels = reader.ReadInt64(),
            MaxDecodeTime = TimeSpan.FromTicks(reader.ReadInt64()),
            MaxDecodeMemory = reader.ReadInt64(),
        };
    }

    /// <summary>
    /// Reads on a thread of its own, so that the portal's end is noticed in the middle of a picture too.
    /// </summary>
    private void Receive(Stream input)
    {
        try
        {
            while (true)
            {
                var (kind, length) = DecoderFrames.ReadHead(input);
                _requests.Add(((DecoderRequest)kind, DecoderFrames.ReadBody(input, length)));
            }
        }
        catch (IOException)
        {
            Process.GetCurrentProcess().Kill();
        }
    }

    private void Answer()
    {
        foreach (var (kind, body) in _requests.GetConsumingEnumerable())
        {
            // Whatever a picture does, the portal is told, and decides whether this process goes on.
#pragma warning disable CA1031
            try
            {
                using var reader = DecoderFrames.Reader(body);
                Answer(kind, reader.ReadString(), reader.ReadInt32());
            }
            catch (Exception e) when (IsOutOfMemory(e))
            {
                Send(DecoderAnswer.OutOfMemory, []);
            }
            catch (PortalException e)
            {
                DecoderFrames.Write(
                    _answers,
                    (byte)DecoderAnswer.Refused,
                    writer =>
                    {
                        writer.Write((int)e.Code);
                        writer.Write(e.Message);
                    }
                );
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                Send(DecoderAnswer.Missing, []);
            }
            catch (Exception e)
            {
                DecoderFrames.Write(_answers, (byte)DecoderAnswer.Fault, writer => writer.Write(e.ToString()));
            }
#pragma warning restore CA1031
        }
    }

    private void Answer(DecoderRequest kind, string path, int side)
    {
        switch (kind)
        {
            case DecoderRequest.Header:
                var header = _decoder.ReadHeader(path);
                DecoderFrames.Write(
                    _answers,
                    (byte)DecoderAnswer.Done,
                    writer =>
                    {
                        foreach (
                            var number in (int[])[(int)header.Type, header.Width, header.Height, header.Orientation]
                        )
                        {
                            writer.Write(number);
                        }
                    }
                );
                break;
            case DecoderRequest.Photo:
                var photo = _decoder.ReadPhoto(path);
                DecoderFrames.Write(
                    _answers,
                    (byte)DecoderAnswer.Done,
                    writer =>
                    {
                        foreach (
                            var text in (string?[])[photo.Camera, photo.Lens, photo.Taken, photo.Exposure, photo.Place]
                        )
                        {
                            writer.Write(text ?? "");
                        }
                    }
                );
                break;
            case DecoderRequest.Square:
                if (_square.Length != side * side * 3)
                {
                    _square = new byte[side * side * 3];
                }

                _decoder.DecodeSquare(path, side, _square);
                Send(DecoderAnswer.Done, _square);
                break;
            case DecoderRequest.Webp:
                Send(DecoderAnswer.Done, _decoder.RenderWebp(path, side));
                break;
            default:
                throw new InvalidOperationException($"A decoder process does not know the request {kind}.");
        }
    }

    /// <summary>
    /// The portal shares out memory among its decoder processes; decoding waits until this picture has its share.
    /// </summary>
    private IDisposable? AskForMemory(long bytes, CancellationToken ct)
    {
        DecoderFrames.Write(_answers, (byte)DecoderAnswer.NeedsMemory, writer => writer.Write(bytes));
        var (kind, _) = _requests.Take(ct);
        return kind == DecoderRequest.Granted
            ? null
            : throw new InvalidOperationException($"A decoder process was sent {kind} while it waited for memory.");
    }

    private void Send(DecoderAnswer kind, ReadOnlySpan<byte> body) => DecoderFrames.Write(_answers, (byte)kind, body);

    private static bool IsOutOfMemory(Exception e) =>
        e is OutOfMemoryException
        || (
            (e as VipsException ?? e.InnerException as VipsException) is { } failure
            && VipsFailure.SaysOutOfMemory(failure.Message)
        );
}
