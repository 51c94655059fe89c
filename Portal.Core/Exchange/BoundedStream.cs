using Portal.Core.Errors;

namespace Portal.Core.Exchange;

/// <summary>Reads another stream, and no more of it than a limit: what an archive says of a file's length may be a lie.</summary>
internal sealed class BoundedStream(Stream inner, long maxBytes, string name) : Stream
{
    private long _read;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => _read; set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Counted(Guarded(() => inner.Read(buffer, offset, count)));

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return Counted(inner.Read(buffer));
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
            return Counted(await inner.ReadAsync(buffer, cancellationToken));
        }
        catch (InvalidDataException e)
        {
            throw Broken(e);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    private int Guarded(Func<int> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException e)
        {
            throw Broken(e);
        }
    }

    private int Counted(int read) => (_read += read) <= maxBytes
        ? read
        : throw new PortalException(StatusCode.InputOverLimit, $"'{Text.Shown(name)}' unpacks to more than it says or than is allowed, {maxBytes:N0} bytes.", name);

    private PortalException Broken(Exception e) => new(StatusCode.InputBadBytes, $"'{Text.Shown(name)}' is damaged inside the archive.", name, e);
}
