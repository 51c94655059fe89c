using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Videos;
using Portal.Core.Services.Annotations;

namespace Portal.Core.Services.Videos;

/// <summary>A film in a list.</summary>
/// <param name="Frames">Its frames that are inputs now.</param>
/// <param name="First">The earliest of them, which stands for the film; null where there is none.</param>
public sealed record FilmView(Film Film, int Frames, Input? First);

/// <summary>A frame that is an input, with what is said of it.</summary>
public sealed record FrameView(Input Input, IReadOnlyList<AnnotationView> Annotations)
{
    /// <summary>Milliseconds from the film's beginning.</summary>
    public int TimeMs => Input.FilmTimeMs!.Value;
}

/// <summary>A film with its frames, in order of time.</summary>
public sealed record FilmDetails(Film Film, IReadOnlyList<FrameView> Frames)
{
    /// <summary>What the film holds, as its frames say: those in most frames first.</summary>
    public IReadOnlyList<FilmTag> Tags { get; } = FilmTag.Of(Frames);
}
