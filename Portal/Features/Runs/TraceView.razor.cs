using Microsoft.AspNetCore.Components;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Services.Runs;

namespace Portal.Features.Runs;

public sealed partial class TraceView
{
    [Parameter, EditorRequired]
    public RunTrace Trace { get; set; } = null!;

    [Parameter, EditorRequired]
    public IReadOnlyList<Concept> Concepts { get; set; } = [];

    [Inject]
    private NodeTypeRegistry Types { get; set; } = null!;

    private sealed record Row(long ConceptId, double? In, double? Out);

    private static List<Row> RowsOf(NodeTrace trace) =>
        [
            .. trace
                .In.Concat(trace.Out)
                .Select(s => s.ConceptId)
                .Distinct()
                .Select(id => new Row(
                    id,
                    trace.In.FirstOrDefault(s => s.ConceptId == id)?.Score,
                    trace.Out.FirstOrDefault(s => s.ConceptId == id)?.Score
                )),
        ];

    private string NameOf(long conceptId) =>
        Concepts.FirstOrDefault(c => c.Id == conceptId)?.Name ?? "a deleted concept";

    private string ColorOf(long conceptId) => Concepts.FirstOrDefault(c => c.Id == conceptId)?.Color ?? "var(--no)";
}
