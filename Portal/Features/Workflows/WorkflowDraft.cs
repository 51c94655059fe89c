using System.Globalization;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows;
using Portal.Core.Domain.Workflows.Graph;

namespace Portal.Features.Workflows;

/// <summary>A graph while a person edits it. Nodes stand in the order in which they are saved.</summary>
public sealed class WorkflowDraft
{
    public List<NodeDraft> Nodes { get; } = [];

    public static WorkflowDraft Of(WorkflowVersionView version)
    {
        var draft = new WorkflowDraft();
        draft.Add(version.Nodes.Select(n => new DraftNode(n.Id, n.ModelId, n.ModelVersionId, n.InputIds)));
        return draft;
    }

    /// <summary>Adds nodes that were made elsewhere, as they are.</summary>
    public void Add(IEnumerable<DraftNode> nodes) =>
        Nodes.AddRange(
            nodes.Select(n => new NodeDraft
            {
                Id = n.Id,
                ModelId = n.ModelId,
                VersionId = n.ModelVersionId,
                Inputs = [.. n.InputIds],
                Settings = n.Settings,
            })
        );

    /// <summary>Takes the nodes as the canvas left them.</summary>
    public void Replace(IEnumerable<CanvasNode> nodes)
    {
        Nodes.Clear();
        Nodes.AddRange(nodes.Select(n => n.ToDraft()));
    }

    public IReadOnlyList<DraftNode> ToNodes() =>
        [.. Nodes.Select(n => new DraftNode(n.Id, n.ModelId, n.VersionId, [.. n.Inputs], n.Settings))];

    /// <summary>Whether saving it would make the same version again.</summary>
    public bool IsSameAs(WorkflowVersionView version) =>
        Nodes.Count == version.Nodes.Count
        && Nodes
            .Zip(version.Nodes)
            .All(pair =>
                pair.First.Id == pair.Second.Id
                && pair.First.ModelId == pair.Second.ModelId
                && pair.First.VersionId == pair.Second.ModelVersionId
                && pair.First.Settings is null
                && pair.First.Inputs.SequenceEqual(pair.Second.InputIds)
            );

    /// <summary>
    /// Adds a node at the end. One that takes concepts reads from the last node that scores or sifts them, which is
    /// what is meant more often than not.
    /// </summary>
    /// <param name="models">The models of the nodes that are there.</param>
    public void Add(ModelView model, IReadOnlyList<ModelView> models, NodeTypeRegistry types)
    {
        var type = types.Get(model.Model.TypeId);
        var source =
            type.Input is PortType.Concepts
                ? Nodes.FindLast(n =>
                    models.FirstOrDefault(m => m.Model.ExternalId == n.ModelId) is { } known
                    && types.Get(known.Model.TypeId).Role is NodeRole.Score or NodeRole.Sift
                )
                : null;
        Nodes.Add(
            new NodeDraft
            {
                Id = FreeId(type.Noun),
                ModelId = model.Model.ExternalId,
                Inputs = source is null ? [] : [source.Id],
            }
        );
    }

    public void Remove(NodeDraft node)
    {
        Nodes.Remove(node);
        foreach (var other in Nodes)
        {
            other.Inputs.Remove(node.Id);
        }
    }

    /// <param name="by">-1 up, 1 down. Nothing happens at the ends.</param>
    public void Move(NodeDraft node, int by)
    {
        var at = Nodes.IndexOf(node);
        if (at + by < 0 || at + by >= Nodes.Count)
        {
            return;
        }

        (Nodes[at], Nodes[at + by]) = (Nodes[at + by], Nodes[at]);
    }

    /// <summary>
    /// Gives a node another id; the nodes that read from it follow. While another node has the old id too, nobody can
    /// say whom they meant.
    /// </summary>
    public void Rename(NodeDraft node, string id)
    {
        var old = node.Id;
        node.Id = id;
        if (Nodes.Exists(n => n.Id == old))
        {
            return;
        }

        foreach (var other in Nodes)
        {
            var at = other.Inputs.IndexOf(old);
            if (at >= 0)
            {
                other.Inputs[at] = id;
            }
        }
    }

    private string FreeId(string stem) =>
        Enumerable
            .Range(1, Nodes.Count + 1)
            .Select(n => n == 1 ? stem : string.Create(CultureInfo.InvariantCulture, $"{stem}-{n}"))
            .First(id => !Nodes.Exists(n => n.Id == id));
}
