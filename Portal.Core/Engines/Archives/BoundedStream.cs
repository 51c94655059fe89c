using System.IO.Hashing;
using Portal.Core.Domain.Errors;
using Portal.Core.Platform;

namespace Portal.Core.Engines.Archives;

/// <summary>
/// Reads another stream, and no more of it than a limit: what an archive says of a file's length may be a lie.
/// </summary>
/// <param name="crc">CRC-32 of what it must hold, which is then exactly as long as the limit; null where that is not
/// known.</param>
internal sealed class BoundedStream(Stream inner, long maxBytes, string name, uint? crc = null) : ForwardStream
{
    private readonly Crc32? _crc = crc is null ? null : new Crc32();
    private long _read;

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return Checked(buffer, inner.Read(buffer));
        }
        catch (InvalidDataException e)
        {
            throw Broken(e);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            return Checked(buffer.Span, read);
        }
        catch (InvalidDataException e)
        {
            throw Broken(e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Checked(ReadOnlySpan<byte> buffer, int read)
    {
        _read += read;
        if (_read > maxBytes)
        {
            throw new PortalException(
                StatusCode.InputOverLimit,
                $"'{Text.Shown(name)}' unpacks to more than it says or than is allowed, {maxBytes:N0} bytes.",
                name
            );
        }

        if (_crc is null)
        {
            return read;
        }

        _crc.Append(buffer[..read]);
        var isEnd = _read == maxBytes || (read == 0 && buffer.Length > 0);
        if (isEnd && (_read < maxBytes || _crc.GetCurrentHashAsUInt32() != crc))
        {
            throw new InvalidDataException("Its length or checksum is another.");
        }

        return read;
    }

    private PortalException Broken(Exception e) =>
        new(StatusCode.InputBadBytes, $"'{Text.Shown(name)}' is damaged inside the archive.", name, e);
}
