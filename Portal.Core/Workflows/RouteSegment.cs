namespace Portal.Core.Workflows;

/// <summary>A stretch of scores that all meet the same fate. A single score has <c>From == To</c>, both inclusive.</summary>
/// <param name="WriterNodeIds">Every writer that gets the score, in node order; with several, <paramref name="End"/> is the surviving
/// one's.</param>
public sealed record RouteSegment(
    double From,
    bool FromInclusive,
    double To,
    bool ToInclusive,
    RouteEnd End,
    IReadOnlyList<string> WriterNodeIds)
{
    public bool Contains(double score) =>
        (score > From || (FromInclusive && score == From)) && (score < To || (ToInclusive && score == To));
}
