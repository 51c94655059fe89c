using System.Text.Json.Nodes;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Videos;
using Portal.Core.Services.Videos;
using Portal.Shared.Api;

namespace Portal.Features.Videos;

/// <param name="Sampling">Seconds between two frames, or <c>scenes</c>.</param>
/// <param name="FrameCount">Frames that are to become inputs; null while changes of scene are looked for.</param>
/// <param name="Tags">What its frames say; only where one film is asked for.</param>
internal sealed record FilmDto(
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
    IReadOnlyList<FilmTagDto>? Tags = null,
    IReadOnlyList<FilmFrameDto>? Frames = null
)
{
    public static FilmDto Of(FilmView view) => Of(view.Film, view.Frames);

    public static FilmDto Of(FilmDetails details) =>
        Of(details.Film, details.Frames.Count) with
        {
            Tags =
            [
                .. details.Tags.Select(t => new FilmTagDto(t.ConceptId, t.Name, t.BestScore, t.Marks.Count, t.Settled)),
            ],
            Frames = [.. details.Frames.Select(f => new FilmFrameDto(f.Input.ExternalId, f.TimeMs))],
        };

    private static FilmDto Of(Film film, int taken) =>
        new(
            film.ExternalId,
            film.FileName,
            film.MediaType,
            film.Width,
            film.Height,
            film.DurationMs,
            new FrameSampling(film.StepMs).ToString(),
            film.FrameCount,
            taken,
            film.Problem,
            film.CreatedAt
        );
}

/// <param name="Frames">Frames that carry the concept, settled or waiting.</param>
/// <param name="Settled">Those where it is settled.</param>
internal sealed record FilmTagDto(string Id, string Name, double? BestScore, int Frames, int Settled);

internal sealed record FilmFrameDto(string InputId, int TimeMs);

internal sealed record FilmsResponse(IReadOnlyList<FilmDto> Films) : ApiResponse;

internal sealed record FilmResponse(FilmDto Film) : ApiResponse;
