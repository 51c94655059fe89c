namespace Portal.Core.Domain.Workflows.Routes;

/// <summary>
/// A stretch of scores that all meet the same fate. A single score has <c>From == To</c>, both inclusive.
/// </summary>
/// <param name="WriterNodeIds">Every writer that gets the score, in node order; with several, <paramref name="End"/> is
/// the surviving one's.</param>
/// <param name="ContestedBy">Those of them that write a concept which another of them writes too, in node
/// order.</param>
/// <param name="Audited">A sample of what is settled here goes to a person as well.</param>
public sealed record RouteSegment(
    double From,
    bool FromInclusive,
    double To,
    bool ToInclusive,
    RouteEnd End,
    IReadOnlyList<string> WriterNodeIds,
    IReadOnlyList<string> ContestedBy,
    bool Audited = false
)
{
    public bool Contains(double score) =>
        (score > From || (FromInclusive && score == From)) && (score < To || (ToInclusive && score == To));
}
