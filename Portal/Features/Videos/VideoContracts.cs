using System.Text.Json.Nodes;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Videos;
using Portal.Core.Services.Videos;
using Portal.Shared.Api;

namespace Portal.Features.Videos;

/// <param name="Sampling">Seconds between two frames, or <c>scenes</c>.</param>
/// <param name="FrameCount">Frames that are to become inputs; null while changes of scene are looked for.</param>
/// <param name="Tags">What its frames say; only where one video is asked for.</param>
internal sealed record VideoDto(
    string Id,
    string FileName,
    string MediaType,
    int Width,
    int Height,
    int DurationMs,
    string Sampling,
    int? FrameCount,
    int FramesTaken,
    string? Problem,
    DateTime CreatedAt,
    IReadOnlyList<VideoTagDto>? Tags = null,
    IReadOnlyList<VideoFrameDto>? Frames = null
)
{
    public static VideoDto Of(VideoView view) => Of(view.Video, view.Frames);

    public static VideoDto Of(VideoDetails details) =>
        Of(details.Video, details.Frames.Count) with
        {
            Tags =
            [
                .. details.Tags.Select(t => new VideoTagDto(
                    t.ConceptId,
                    t.Name,
                    t.BestScore,
                    t.Marks.Count,
                    t.Settled
                )),
            ],
            Frames = [.. details.Frames.Select(f => new VideoFrameDto(f.Input.ExternalId, f.TimeMs))],
        };

    private static VideoDto Of(Video video, int taken) =>
        new(
            video.ExternalId,
            video.FileName,
            video.MediaType,
            video.Width,
            video.Height,
            video.DurationMs,
            new FrameSampling(video.StepMs).ToString(),
            video.FrameCount,
            taken,
            video.Problem,
            video.CreatedAt
        );
}

/// <param name="Frames">Frames that carry the concept, settled or waiting.</param>
/// <param name="Settled">Those where it is settled.</param>
internal sealed record VideoTagDto(string Id, string Name, double? BestScore, int Frames, int Settled);

internal sealed record VideoFrameDto(string InputId, int TimeMs);

internal sealed record VideosResponse(IReadOnlyList<VideoDto> Videos) : ApiResponse;

internal sealed record VideoResponse(VideoDto Video) : ApiResponse;
