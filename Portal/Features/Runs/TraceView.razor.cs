using Microsoft.AspNetCore.Components;
using Portal.Core.Concepts;
using Portal.Core.Runs;
using Portal.Core.Workflows;

namespace Portal.Features.Runs;

public sealed partial class TraceView
{
    [Parameter, EditorRequired] public RunTrace Trace { get; set; } = null!;
    [Parameter, EditorRequired] public IReadOnlyList<Concept> Concepts { get; set; } = [];
    [Inject] private NodeTypeRegistry Types { get; set; } = null!;

    private sealed record Row(long ConceptId, double? In, double? Out);

    private static List<Row> RowsOf(NodeTrace trace) =>
    [
        .. trace.In.Concat(trace.Out).Select(s => s.ConceptId).Distinct().Select(id => new Row(
            id, trace.In.FirstOrDefault(s => s.ConceptId == id)?.Score, trace.Out.FirstOrDefault(s => s.ConceptId == id)?.Score)),
    ];

    private (bool Stands, string Words) FateOf(IntendedWrite write)
    {
        if (Trace.Outcome.Overruled.FirstOrDefault(o => IsSame(o.Write, write)) is { } overruled) return (false, $"gives way: {overruled.Reason}");
        var planned = Trace.Writes.First(p => IsSame(p.Write, write));
        return (planned.Outcome is WriteOutcome.Written or WriteOutcome.Unchanged, planned.Reason);
    }

    // A node asks for each concept once.
    private static bool IsSame(IntendedWrite one, IntendedWrite other) => one.NodeId == other.NodeId && one.ConceptId == other.ConceptId;

    private string NameOf(long conceptId) => Concepts.FirstOrDefault(c => c.Id == conceptId)?.Name ?? "a deleted concept";

    private string ColorOf(long conceptId) => Concepts.FirstOrDefault(c => c.Id == conceptId)?.Color ?? "var(--no)";
}
