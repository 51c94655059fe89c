using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Errors;
using Portal.Core.Services.Annotations;

namespace Portal.Core.Services.Videos;

/// <summary>A frame that carries a concept.</summary>
/// <param name="Waits">Whether a person is still to decide it.</param>
/// <param name="Score">0 to 1, where a machine gave one.</param>
public sealed record VideoMark(FrameView Frame, bool Waits, double? Score);

/// <summary>
/// One concept over the length of a video: the frames that carry it as SUCCESS or that wait for a person.
/// </summary>
/// <param name="BestScore">The highest machine score among its marks; null where only people said it.</param>
public sealed record VideoTag(
    string ConceptId,
    string Name,
    string Color,
    double? BestScore,
    IReadOnlyList<VideoMark> Marks
)
{
    /// <summary>Frames where it is settled.</summary>
    public int Settled => Marks.Count(m => !m.Waits);

    internal static IReadOnlyList<VideoTag> Of(IReadOnlyList<FrameView> frames) =>
        [
            .. frames
                .SelectMany(frame => frame.Annotations.Where(a => a.Value && IsShown(a)).Select(a => (frame, a)))
                .GroupBy(pair => (pair.a.ConceptExternalId, pair.a.ConceptName, pair.a.ConceptColor))
                .Select(ofConcept => new VideoTag(
                    ofConcept.Key.ConceptExternalId,
                    ofConcept.Key.ConceptName,
                    ofConcept.Key.ConceptColor,
                    ofConcept.Max(pair => pair.a.Score),
                    [.. ofConcept.GroupBy(pair => pair.frame).Select(Mark)]
                ))
                .OrderByDescending(tag => tag.Marks.Count)
                .ThenBy(tag => tag.Name, StringComparer.CurrentCulture),
        ];

    private static VideoMark Mark(IGrouping<FrameView, (FrameView Frame, AnnotationView Said)> said) =>
        new(
            said.Key,
            said.All(pair => AnnotationStatuses.IsWaiting(pair.Said.Status)),
            said.Max(pair => pair.Said.Score)
        );

    private static bool IsShown(AnnotationView said) =>
        said.Status == StatusCode.AnnotationSuccess || AnnotationStatuses.IsWaiting(said.Status);
}
