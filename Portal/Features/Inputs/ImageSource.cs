using Portal.Core.Errors;
using Portal.Core.Inputs;

namespace Portal.Features.Inputs;

/// <summary>Opens the picture a request gives, by address or in base64.</summary>
internal sealed class ImageSource(GuardedImageClient client)
{
    public Task<Stream> OpenAsync(DataWire? data, CancellationToken ct)
    {
        if (data?.Video is not null)
            throw new PortalException(StatusCode.InputUnsupportedFormat, "The portal does not read videos yet. Send single pictures of it as data.image.");
        return data?.Image switch
        {
            { Base64: { Length: > 0 } bytes } => Task.FromResult<Stream>(new MemoryStream(bytes, writable: false)),
            { Base64: not null } => throw new PortalException(StatusCode.InputBadBytes, "data.image.base64 is empty or is not base64. Encode the picture's bytes again."),
            { Url: { Length: > 0 } url } => client.OpenAsync(url, ct),
            _ => throw new PortalException(StatusCode.InputInvalidArgument, "There is no picture. Give data.image.url or data.image.base64."),
        };
    }
}
