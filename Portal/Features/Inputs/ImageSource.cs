using Microsoft.Extensions.Options;
using Portal.Core.Domain.Errors;
using Portal.Core.Engines.Fetch;
using Portal.Core.Engines.Videos;

namespace Portal.Features.Inputs;

/// <summary>Opens the picture or video a request gives, by address or in base64.</summary>
internal sealed class ImageSource(GuardedImageClient client, IOptions<VideoLimits> videos)
{
    /// <summary>Opens what is to become an input, or a video.</summary>
    public Task<Stream> OpenInputAsync(DataDto? data, CancellationToken ct) =>
        data?.Video switch
        {
            null => OpenAsync(data, ct),
            { Base64: { Length: > 0 } bytes } => Task.FromResult<Stream>(new MemoryStream(bytes, writable: false)),
            { Base64: not null } => throw new PortalException(
                StatusCode.InputBadBytes,
                "data.video.base64 is empty or is not base64. Encode the video's bytes again."
            ),
            { Url: { Length: > 0 } url } => client.OpenAsync(url, videos.Value.Size, ct),
            _ => throw new PortalException(
                StatusCode.InputInvalidArgument,
                "There is no video. Give data.video.url or data.video.base64."
            ),
        };

    /// <summary>Opens a picture.</summary>
    public Task<Stream> OpenAsync(DataDto? data, CancellationToken ct)
    {
        if (data?.Video is not null)
        {
            throw new PortalException(
                StatusCode.InputUnsupportedFormat,
                "A picture is asked for here, not a video. Send it as data.image."
            );
        }

        return data?.Image switch
        {
            { Base64: { Length: > 0 } bytes } => Task.FromResult<Stream>(new MemoryStream(bytes, writable: false)),
            { Base64: not null } => throw new PortalException(
                StatusCode.InputBadBytes,
                "data.image.base64 is empty or is not base64. Encode the picture's bytes again."
            ),
            { Url: { Length: > 0 } url } => client.OpenAsync(url, ct),
            _ => throw new PortalException(
                StatusCode.InputInvalidArgument,
                "There is no picture. Give data.image.url or data.image.base64."
            ),
        };
    }
}
