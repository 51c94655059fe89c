using System.Globalization;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows;
using Portal.Core.Domain.Workflows.Nodes;
using Portal.Core.Domain.Workflows.Routes;
using Portal.Core.Services.Concepts;
using Portal.Core.Services.Models;
using Portal.Core.Services.Workflows;

namespace Portal.Core.Services.Automation;

/// <summary>
/// "Review the middle": closes the gap in a graph whose low and high scores are written and whose middle is not.
/// </summary>
public sealed class MiddleBranch(WorkflowService workflows, ModelService models, ConceptService concepts)
{
    /// <summary>
    /// Makes two thresholders and a PENDING writer for each classifier node with a gap, and answers the draft with them
    /// joined on. Of several gaps of one concept the widest is closed. A draft without gaps comes back as it was.
    /// </summary>
    /// <param name="writtenAs">The user the tags are written as.</param>
    public async Task<IReadOnlyList<DraftNode>> AddAsync(
        long appId,
        long userId,
        IReadOnlyList<DraftNode> draft,
        string writtenAs,
        CancellationToken ct
    )
    {
        var (_, routes) = await workflows.CheckAsync(appId, draft, ct);
        var ids = (await concepts.ListAsync(appId, ct)).ToDictionary(c => c.Id, c => c.ExternalId);
        var nodes = draft.ToList();
        foreach (var ofClassifier in routes.GroupBy(r => r.NodeId))
        {
            var gaps = ofClassifier
                .Select(route => (Id: ids[route.ConceptId], Gap: WidestGap(route)))
                .Where(g => g.Gap is not null)
                .ToList();
            if (gaps.Count == 0)
            {
                continue;
            }

            var first = gaps[0].Gap!;
            var below = await ThresholderAsync(
                appId,
                userId,
                "middle: not sure",
                first.ToInclusive ? ThresholdOperator.LessThanOrEqual : ThresholdOperator.LessThan,
                [.. gaps.Select(g => new DraftConcept(g.Id, g.Gap!.To))],
                ct
            );
            var above = await ThresholderAsync(
                appId,
                userId,
                "middle: not hopeless",
                first.FromInclusive ? ThresholdOperator.GreaterThanOrEqual : ThresholdOperator.GreaterThan,
                [.. gaps.Select(g => new DraftConcept(g.Id, g.Gap!.From))],
                ct
            );
            var writer = await models.CreateAsync(
                appId,
                userId,
                null,
                "middle: write PENDING",
                AnnotationWriter.Id,
                new OutputDraft([], AnnotationWriter.Params(StatusCode.AnnotationPending, writtenAs)),
                ct
            );
            Append(nodes, "middle-below", below, ofClassifier.Key);
            Append(nodes, "middle-above", above, nodes[^1].Id);
            Append(nodes, "write-middle", writer, nodes[^1].Id);
        }
        return nodes;
    }

    private static RouteSegment? WidestGap(ScoreRoute route) =>
        route.Findings.Where(f => f.Kind == RouteFindingKind.Gap).Select(f => f.Segment).MaxBy(s => s.To - s.From);

    private Task<ModelView> ThresholderAsync(
        long appId,
        long userId,
        string name,
        ThresholdOperator comparison,
        IReadOnlyList<DraftConcept> thresholds,
        CancellationToken ct
    ) =>
        models.CreateAsync(
            appId,
            userId,
            null,
            name,
            ConceptThresholder.Id,
            new OutputDraft(thresholds, ConceptThresholder.Params(comparison)),
            ct
        );

    private static void Append(List<DraftNode> nodes, string stem, ModelView model, string input)
    {
        var id = Enumerable
            .Range(1, nodes.Count + 1)
            .Select(n => n == 1 ? stem : string.Create(CultureInfo.InvariantCulture, $"{stem}-{n}"))
            .First(candidate => nodes.TrueForAll(node => node.Id != candidate));
        nodes.Add(new DraftNode(id, model.Model.ExternalId, null, [input]));
    }
}
