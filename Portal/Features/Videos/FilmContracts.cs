using System.Text.Json.Nodes;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Videos;
using Portal.Core.Services.Videos;
using Portal.Shared.Api;

namespace Portal.Features.Videos;

/// <param name="Sampling">Seconds between two frames, or <c>scenes</c>.</param>
/// <param name="FrameCount">Frames that are to become inputs; null while changes of scene are looked for.</param>
/// <param name="Tags">What its frames say; only where one film is asked for.</param>
internal sealed record FilmWire(
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
    IReadOnlyList<FilmTagWire>? Tags = null,
    IReadOnlyList<FilmFrameWire>? Frames = null
)
{
    public static FilmWire Of(FilmView view) => Of(view.Film, view.Frames);

    public static FilmWire Of(FilmDetails details) =>
        Of(details.Film, details.Frames.Count) with
        {
            Tags =
            [
                .. details.Tags.Select(t => new FilmTagWire(
                    t.ConceptId,
                    t.Name,
                    t.BestScore,
                    t.Marks.Count,
                    t.Settled
                )),
            ],
            Frames = [.. details.Frames.Select(f => new FilmFrameWire(f.Input.ExternalId, f.TimeMs))],
        };

    private static FilmWire Of(Film film, int taken) =>
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
internal sealed record FilmTagWire(string Id, string Name, double? BestScore, int Frames, int Settled);

internal sealed record FilmFrameWire(string InputId, int TimeMs);

internal sealed record FilmsResponse(IReadOnlyList<FilmWire> Films) : ApiResponse;

internal sealed record FilmResponse(FilmWire Film) : ApiResponse;
