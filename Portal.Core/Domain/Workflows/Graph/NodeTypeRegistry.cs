using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Workflows.Nodes;

namespace Portal.Core.Domain.Workflows.Graph;

/// <summary>
/// Every kind of node there is. A new kind is one file in <c>Nodes</c> and one entry in <see cref="Default"/>.
/// </summary>
public sealed class NodeTypeRegistry
{
    private readonly Dictionary<string, NodeType> _byId = new(StringComparer.Ordinal);

    /// <exception cref="ArgumentException">Two types claim one id or alias.</exception>
    public NodeTypeRegistry(IReadOnlyList<NodeType> types)
    {
        All = types;
        foreach (var type in types)
        {
            foreach (var id in type.Aliases.Prepend(type.TypeId))
            {
                _byId.Add(id, type);
            }
        }
    }

    public static NodeTypeRegistry Default { get; } =
        new([
            new VisualEmbedder(),
            new ContextBasedClassifier(),
            new ConceptThresholder(),
            new ConceptSynonymMapper(),
            new InputFilter(),
            new RandomSample(),
            new AnnotationWriter(),
        ]);

    public IReadOnlyList<NodeType> All { get; }

    /// <summary>The type with this id or alias, or null.</summary>
    public NodeType? Find(string typeId) => _byId.GetValueOrDefault(typeId);

    /// <exception cref="PortalException"><see cref="StatusCode.ModelInvalidArgument"/>: there is no such
    /// type.</exception>
    public NodeType Get(string typeId) =>
        Find(typeId)
        ?? throw new PortalException(
            StatusCode.ModelInvalidArgument,
            $"There is no model type '{typeId}'. Use one of: {string.Join(", ", All.Select(type => type.TypeId))}.",
            typeId
        );
}
