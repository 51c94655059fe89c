using Portal.Core.Errors;

namespace Portal.Core.Inputs;

/// <summary>A fetched picture's bytes, ended by its limits. Owns the answer it reads from, and the turn it was fetched in.</summary>
internal sealed class FetchedStream(HttpResponseMessage response, Stream body, string host, SizeLimit limit, FetchTime time, IDisposable turn) : Stream
{
    private long _read;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => _read; set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var read = await time.RunAsync(ct => body.ReadAsync(buffer, ct).AsTask(), host);
            if ((_read += read) > limit.Bytes) throw limit.Refusal();
            return read;
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new FetchException($"The connection to '{Text.Shown(host)}' broke off before the picture was complete. Try again.", inner: e);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read the picture asynchronously.");
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            body.Dispose();
            response.Dispose();
            time.Dispose();
            turn.Dispose();
        }
        base.Dispose(disposing);
    }
}
