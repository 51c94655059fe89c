using Portal.Core.Domain.Errors;
using Portal.Core.Platform;

namespace Portal.Features.Inputs;

/// <summary>
/// A file of an upload while it arrives: when the request breaks off, that is the client's fault and no fault of the
/// disk it is written to.
/// </summary>
internal sealed class ArrivingFile(Stream body) : ForwardStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException e)
        {
            throw new PortalException(
                StatusCode.MalformedRequest,
                "The upload broke off in this file. Send the file again.",
                inner: e
            );
        }
    }
}
