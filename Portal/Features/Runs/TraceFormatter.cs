using Portal.Core.Domain.Runs;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Services.Runs;

namespace Portal.Features.Runs;

/// <summary>What became of a run's writes, in words.</summary>
public static class TraceFormatter
{
    public static (bool Stands, string Words) FateOf(RunTrace trace, IntendedWrite write)
    {
        if (trace.Outcome.Overruled.FirstOrDefault(o => IsSame(o.Write, write)) is { } overruled)
        {
            return (false, $"gives way: {overruled.Reason}");
        }

        var planned = trace.Writes.First(p => IsSame(p.Write, write));
        var stands = planned.Outcome is WriteOutcome.Written or WriteOutcome.Unchanged;
        return (stands, stands && planned.Write.ReviewRequested ? $"{planned.Reason}, to be audited" : planned.Reason);
    }

    // A node asks for each concept once.
    private static bool IsSame(IntendedWrite one, IntendedWrite other) =>
        one.NodeId == other.NodeId && one.ConceptId == other.ConceptId;
}
