using Portal.Core.Domain.Videos;
using Portal.Core.Platform;

namespace Portal.Core.Engines.Fetch;

/// <summary>A stream whose beginning was looked at, and is read again. Does not own what it reads from.</summary>
public sealed class PeekedStream : ForwardStream
{
    private readonly Stream _inner;
    private readonly byte[] _head;
    private readonly int _length;
    private int _position;

    private PeekedStream(Stream inner, byte[] head, int length) => (_inner, _head, _length) = (inner, head, length);

    /// <summary>Whether the stream is a video, as its first bytes say.</summary>
    public bool IsVideo => VideoType.Recognise(_head.AsSpan(0, _length)) is not null;

    public static async Task<PeekedStream> OpenAsync(Stream inner, CancellationToken ct)
    {
        var head = new byte[VideoType.HeadLength];
        return new PeekedStream(
            inner,
            head,
            await inner.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, ct)
        );
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position >= _length)
        {
            return _inner.ReadAsync(buffer, cancellationToken);
        }

        var count = Math.Min(buffer.Length, _length - _position);
        _head.AsMemory(_position, count).CopyTo(buffer);
        _position += count;
        return ValueTask.FromResult(count);
    }
}
