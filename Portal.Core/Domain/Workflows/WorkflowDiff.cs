using System.Globalization;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Domain.Workflows.Parameters;

namespace Portal.Core.Domain.Workflows;

/// <summary>What is different between two versions of a workflow, in words.</summary>
/// <param name="models">The app's models: what a version's settings are is read there. Of a deleted model only the
/// version is told.</param>
/// <param name="conceptNames">By internal key.</param>
public sealed class WorkflowDiff(
    IReadOnlyList<ModelView> models,
    IReadOnlyDictionary<long, string> conceptNames,
    NodeTypeRegistry types
)
{
    /// <returns>Nodes that differ: those of <paramref name="after"/> in its order, then what was removed. The same id
    /// is the same node.</returns>
    public IReadOnlyList<NodeChange> Between(WorkflowVersionView before, WorkflowVersionView after)
    {
        var changes = new List<NodeChange>();
        foreach (var node in after.Nodes)
        {
            if (before.Nodes.FirstOrDefault(n => n.Id == node.Id) is not { } old)
            {
                changes.Add(new NodeChange(node.Id, null, node, []));
            }
            else if (Compare(old, node).ToList() is { Count: > 0 } values)
            {
                changes.Add(new NodeChange(node.Id, old, node, values));
            }
        }
        changes.AddRange(
            before
                .Nodes.Where(old => after.Nodes.All(n => n.Id != old.Id))
                .Select(old => new NodeChange(old.Id, old, null, []))
        );
        return changes;
    }

    private IEnumerable<ValueChange> Compare(NodeView before, NodeView after)
    {
        if (before.ModelId != after.ModelId)
        {
            yield return new ValueChange("Model", before.ModelName, after.ModelName);
        }

        if (!before.InputIds.SequenceEqual(after.InputIds))
        {
            yield return new ValueChange("Reads from", Names(before.InputIds), Names(after.InputIds));
        }

        if (before.ModelVersionId == after.ModelVersionId)
        {
            yield break;
        }

        if (before.ModelId == after.ModelId)
        {
            yield return new ValueChange("Version", $"v{before.ModelVersionNumber}", $"v{after.ModelVersionNumber}");
        }

        if (
            before.ModelTypeId != after.ModelTypeId
            || OutputOf(before) is not { } old
            || OutputOf(after) is not { } now
        )
        {
            yield break;
        }

        foreach (var parameter in types.Get(after.ModelTypeId).Parameters)
        {
            var (from, to) = (parameter.Show(old.Params), parameter.Show(now.Params));
            if (from != to)
            {
                yield return new ValueChange(parameter.Label, from, to);
            }
        }
        foreach (var conceptId in old.Concepts.Concat(now.Concepts).Select(c => c.ConceptId).Distinct())
        {
            var (from, to) = (Show(old, conceptId), Show(now, conceptId));
            if (from != to)
            {
                yield return new ValueChange(NameOf(conceptId), from, to);
            }
        }
    }

    private OutputInfo? OutputOf(NodeView node) =>
        models
            .FirstOrDefault(m => m.Model.ExternalId == node.ModelId)
            ?.Versions.FirstOrDefault(v => v.ExternalId == node.ModelVersionId)
            ?.Output;

    /// <summary>What is said of a concept, with every digit; null where it is not listed.</summary>
    private string? Show(OutputInfo output, long conceptId) =>
        output.Concepts.FirstOrDefault(c => c.ConceptId == conceptId) switch
        {
            null => null,
            { Value: { } threshold } => threshold.ToString("0.00###############", CultureInfo.CurrentCulture),
            { TargetId: { } target } => NameOf(target),
            _ => "listed",
        };

    private string NameOf(long conceptId) => conceptNames.GetValueOrDefault(conceptId) ?? "a deleted concept";

    private static string Names(IReadOnlyList<string> ids) => ids.Count == 0 ? "nothing" : string.Join(", ", ids);
}
