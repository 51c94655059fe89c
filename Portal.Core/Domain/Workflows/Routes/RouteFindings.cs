using System.Globalization;

namespace Portal.Core.Domain.Workflows.Routes;

/// <summary>Reads a route for what its author may not have meant.</summary>
internal static class RouteFindings
{
    /// <summary>
    /// Unwritten scores below or above all written ones are a choice; unwritten ones in the middle are a gap.
    /// </summary>
    public static IReadOnlyList<RouteFinding> In(IReadOnlyList<RouteSegment> segments, string conceptName)
    {
        var written = Enumerable.Range(0, segments.Count).Where(i => segments[i].End is not RouteEnd.Nothing).ToList();
        var findings = new List<RouteFinding>();
        for (var i = 0; i < segments.Count; i++)
        {
            var segment = segments[i];
            if (segment.End is RouteEnd.Nothing && written.Count > 0 && i > written[0] && i < written[^1])
            {
                findings.Add(
                    new RouteFinding(
                        RouteFindingKind.Gap,
                        segment,
                        $"{Scores(segment)} of {conceptName} reaches no writer, although lower and higher scores do."
                    )
                );
            }
            else if (segment is { ContestedBy.Count: > 1, Audited: false })
            {
                findings.Add(
                    new RouteFinding(
                        RouteFindingKind.Overlap,
                        segment,
                        $"{Scores(segment)} of {conceptName} reaches {segment.ContestedBy.Count} writers "
                            + $"({string.Join(", ", segment.ContestedBy)}) of the same concept; only one annotation "
                            + $"is made."
                    )
                );
            }
        }

        return findings;
    }

    private static string Scores(RouteSegment segment) =>
        segment.From == segment.To
            ? string.Create(CultureInfo.InvariantCulture, $"Exactly {segment.From:0.00##}")
            : string.Create(CultureInfo.InvariantCulture, $"{segment.From:0.00##} to {segment.To:0.00##}");
}
