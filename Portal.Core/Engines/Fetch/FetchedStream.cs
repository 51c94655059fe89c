using Portal.Core.Domain.Errors;
using Portal.Core.Platform;

namespace Portal.Core.Engines.Fetch;

/// <summary>
/// A fetched picture's bytes, ended by its limits. Owns the answer it reads from, and the slot it was fetched in.
/// </summary>
internal sealed class FetchedStream(
    HttpResponseMessage response,
    Stream body,
    string host,
    SizeLimit limit,
    FetchTime time,
    IDisposable slot
) : ForwardStream
{
    private long _read;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var read = await time.RunAsync(ct => body.ReadAsync(buffer, ct).AsTask(), host);
            if ((_read += read) > limit.Bytes)
            {
                throw limit.Refusal();
            }

            return read;
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new FetchException(
                $"The connection to '{Text.Shown(host)}' broke off before the picture was complete. Try again.",
                inner: e
            );
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            body.Dispose();
            response.Dispose();
            time.Dispose();
            slot.Dispose();
        }
        base.Dispose(disposing);
    }
}
