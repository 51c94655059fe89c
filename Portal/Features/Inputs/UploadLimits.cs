using Microsoft.Extensions.Options;
using Portal.Core.Engines.Images;
using Portal.Core.Engines.Video;

namespace Portal.Features.Inputs;

/// <summary>By what the browser refuses a file itself, before it sends it; scripts get it as it is.</summary>
public sealed class UploadLimits(IOptions<ImageLimits> images, IOptions<FilmLimits> films, Ffmpeg ffmpeg)
{
    public long MaxBytes => images.Value.MaxBytes;

    public long MaxFilmBytes => films.Value.MaxBytes;

    /// <summary>Why no film can come in, or null.</summary>
    public string? FilmProblem { get; } = ffmpeg.IsThere ? null : Ffmpeg.MissingWords;
}
