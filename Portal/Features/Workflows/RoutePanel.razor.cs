using System.Globalization;
using Microsoft.AspNetCore.Components;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Evaluation;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Domain.Workflows.Routes;
using Portal.Core.Services.Evaluation;
using Portal.Shared.Pages;

namespace Portal.Features.Workflows;

public sealed partial class RoutePanel
{
    [Parameter, EditorRequired]
    public IReadOnlyList<ScoreRoute> Routes { get; set; } = [];

    [Parameter, EditorRequired]
    public IReadOnlyList<NodeDraft> Nodes { get; set; } = [];

    [Parameter, EditorRequired]
    public IReadOnlyList<ModelView> Models { get; set; } = [];

    [Parameter, EditorRequired]
    public IReadOnlyList<Concept> Concepts { get; set; } = [];

    [Parameter, EditorRequired]
    public AppScope Scope { get; set; } = null!;

    /// <summary>
    /// Held-out scores of the version a classifier node runs, by the node's id; none where it is not evaluated.
    /// </summary>
    [Parameter]
    public IReadOnlyDictionary<string, HeldOutScores> HeldOut { get; set; } = new Dictionary<string, HeldOutScores>();

    [Parameter]
    public bool HasErrors { get; set; }

    /// <summary>Asked to add the branch that closes the gaps.</summary>
    [Parameter]
    public EventCallback OnReviewMiddle { get; set; }

    [Inject]
    private NodeTypeRegistry Types { get; set; } = null!;

    /// <summary>Names of the nodes that hold inputs back whatever their scores are.</summary>
    private List<string> Holding =>
        [
            .. Nodes
                .Where(n => ModelOf(n.Id) is { } model && Types.Get(model.Model.TypeId).HoldsInputsBack)
                .Select(n => $"“{n.Id}”"),
        ];

    private ModelView? ModelOf(string nodeId) =>
        Nodes.FirstOrDefault(n => n.Id == nodeId) is { } node
            ? Models.FirstOrDefault(m => m.Model.ExternalId == node.ModelId)
            : null;

    private ScoredLabel[] LabelsOf(ScoreRoute route)
    {
        if (!HeldOut.TryGetValue(route.NodeId, out var scores))
        {
            return [];
        }

        var concept = Array.IndexOf(scores.ConceptIds, route.ConceptId);
        return concept < 0 ? [] : scores.LabelsOf(concept);
    }

    private static string Words(ScoreRoute route, ScoredLabel[] labels)
    {
        // Neighbours that end alike read as one, whichever writers they go through.
        var stretches = new List<List<RouteSegment>>();
        foreach (var segment in route.Segments)
        {
            if (stretches.Count > 0 && stretches[^1][0].End == segment.End)
            {
                stretches[^1].Add(segment);
            }
            else
            {
                stretches.Add([segment]);
            }
        }
        var written = stretches
            .Where(s => s[0].End != RouteEnd.Nothing && s[^1].To > s[0].From)
            .Reverse()
            .Select(s =>
                string.Create(
                    CultureInfo.CurrentCulture,
                    $"{s[0].End.ToString().ToLowerInvariant()} "
                        + $"{s[0].From:0.00#}–{s[^1].To:0.00#}{Share(s)}{(s.Exists(part => part.Audited) ? ", a sample audited" : "")}"
                )
            )
            .ToList();
        return written.Count == 0 ? "never written" : string.Join(" · ", written);

        string Share(List<RouteSegment> stretch) =>
            labels.Length == 0
                ? ""
                : string.Create(
                    CultureInfo.CurrentCulture,
                    $" ({100.0 * labels.Count(label => stretch.Exists(part => part.Contains(label.Score))) / labels.Length:0} %)"
                );
    }
}
