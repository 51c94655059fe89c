using Microsoft.Extensions.Options;
using Portal.Core.Engines.Images;
using Portal.Core.Engines.Videos;

namespace Portal.Features.Inputs;

/// <summary>By what the browser refuses a file itself, before it sends it; scripts get it as it is.</summary>
public sealed class UploadLimits(IOptions<ImageLimits> images, IOptions<VideoLimits> videos, Ffmpeg ffmpeg)
{
    public long MaxBytes => images.Value.MaxBytes;

    public long MaxVideoBytes => videos.Value.MaxBytes;

    /// <summary>Why no video can come in, or null.</summary>
    public string? VideoProblem { get; } = ffmpeg.IsThere ? null : Ffmpeg.MissingText;
}
