using Portal.Core.Errors;

namespace Portal.Features.Inputs;

/// <summary>A file of an upload while it arrives: when the request breaks off, that is the client's fault and no fault of the disk it is written to.</summary>
internal sealed class ArrivingFile(Stream body) : Stream
{
    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException e)
        {
            throw new PortalException(StatusCode.MalformedRequest, "The upload broke off in this file. Send the file again.", inner: e);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read the file asynchronously.");
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
