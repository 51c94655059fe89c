using Portal.Core.Errors;

namespace Portal.Core.Workflows;

/// <summary>A kind of model that can stand in a workflow. Stateless; found by its id in <see cref="NodeTypeRegistry"/>.</summary>
public abstract class NodeType
{
    /// <summary>The <c>model_type_id</c> the API speaks and the store keeps.</summary>
    public abstract string TypeId { get; }

    /// <summary>Spellings of <see cref="TypeId"/> that older clients send.</summary>
    public virtual IReadOnlyList<string> Aliases => [];

    public abstract string DisplayName { get; }

    /// <summary>One sentence for the person choosing a node.</summary>
    public abstract string Description { get; }

    public abstract PortType Input { get; }

    public abstract PortType Output { get; }

    /// <summary>Whether a version can run only after training, with a <see cref="Models.ClassifierHead"/>.</summary>
    public virtual bool NeedsTraining => false;

    /// <summary>Whether the node may stand without input nodes.</summary>
    public bool CanBeRoot => Input is not PortType.Concepts;

    /// <summary>Reads and checks a version's parameters, once, and answers what runs them.</summary>
    /// <exception cref="PortalException"><see cref="StatusCode.ModelInvalidArgument"/>: a parameter is missing or wrong.</exception>
    public abstract INodeOperator Bind(ModelVersionSpec version);

    /// <summary>
    /// The one form that is stored, from any accepted spelling: known parameters only, at the top level, enumerations as integers, switches
    /// spelt out. Parameters of other types are ignored, since clients send them with every model.
    /// </summary>
    /// <exception cref="PortalException"><see cref="StatusCode.ModelInvalidArgument"/>: a parameter is missing or wrong.</exception>
    public abstract OutputInfo Normalise(OutputInfo given);
}
