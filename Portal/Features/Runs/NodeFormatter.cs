using System.Globalization;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Shared.Components;

namespace Portal.Features.Runs;

/// <summary>Nodes, graphs and what they write, in words.</summary>
public static class NodeFormatter
{
    /// <summary>
    /// A problem of a node in two or three words. The codes are those of <see cref="GraphValidator"/>.
    /// </summary>
    public static string Problem(string code, int count) =>
        code switch
        {
            "score-gap" => count == 1 ? "1 gap" : string.Create(CultureInfo.CurrentCulture, $"{count:N0} gaps"),
            "missing-input" => "no input",
            "untrained-model" => "not trained",
            "no-writer" => "nothing reads it",
            "unknown-concept" => "idle threshold",
            "unknown-user" => "unknown user",
            "type-mismatch" => "wrong input",
            "cycle" => "in a cycle",
            "duplicate-node" => "same id twice",
            _ => "problem",
        };

    /// <summary>
    /// A whole version in one line, for example "park v2 → 3 thresholders, 1 sample → writes SUCCESS, PENDING".
    /// </summary>
    public static string Of(WorkflowVersionView version, IReadOnlyList<ModelView> models, NodeTypeRegistry types)
    {
        var nodes = version
            .Nodes.Select(node => (Node: node, Type: types.Get(node.ModelTypeId)))
            .ToLookup(n => n.Type.Role);
        var scored = string.Join(
            ", ",
            nodes[NodeRole.Score].Select(n => $"{n.Node.ModelName} v{n.Node.ModelVersionNumber}")
        );
        var sifted = string.Join(
            ", ",
            nodes[NodeRole.Sift]
                .GroupBy(n => n.Type.Noun)
                .Select(alike => alike.Count() == 1 ? $"1 {alike.Key}" : $"{alike.Count()} {alike.Key}s")
        );
        var written = nodes[NodeRole.Write]
            .Select(n =>
                (
                    n.Type,
                    Version: models
                        .FirstOrDefault(m => m.Model.ExternalId == n.Node.ModelId)
                        ?.Versions.FirstOrDefault(v => v.ExternalId == n.Node.ModelVersionId)
                )
            )
            .Where(n => n.Version is not null)
            .Select(n => n.Type.Describe(n.Version!.Output).Badge)
            .Distinct()
            .ToList();
        string[] parts =
        [
            scored,
            sifted,
            written.Count == 0 ? "writes nothing" : $"writes {string.Join(", ", written)}",
        ];
        return string.Join(" → ", parts.Where(p => p.Length > 0));
    }

    /// <summary>The status without the API's prefix, for example <c>SUCCESS</c>.</summary>
    public static string StatusName(StatusCode status) =>
        status switch
        {
            StatusCode.AnnotationSuccess => "SUCCESS",
            StatusCode.AnnotationPending => "PENDING",
            StatusCode.AnnotationAwaitingReview => "AWAITING_REVIEW",
            StatusCode.AnnotationAwaitingConsensusReview => "AWAITING_CONSENSUS_REVIEW",
            _ => status.ToString(),
        };

    public static StatusKind KindOf(StatusCode status) =>
        status == StatusCode.AnnotationSuccess ? StatusKind.Success : StatusKind.Pending;
}
