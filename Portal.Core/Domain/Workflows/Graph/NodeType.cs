using System.Globalization;
using System.Text.Json.Nodes;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows.Parameters;

namespace Portal.Core.Domain.Workflows.Graph;

/// <summary>
/// A kind of model that can stand in a workflow. Stateless; found by its id in <see cref="NodeTypeRegistry"/>. It
/// describes itself, so that the API and every page know it without knowing its name.
/// </summary>
public abstract class NodeType
{
    /// <summary>The <c>model_type_id</c> the API speaks and the store keeps.</summary>
    public abstract string TypeId { get; }

    /// <summary>Spellings of <see cref="TypeId"/> that older clients send.</summary>
    public virtual IReadOnlyList<string> Aliases => [];

    public abstract string DisplayName { get; }

    /// <summary>One word in lower case; ids of nodes begin with it.</summary>
    public abstract string Noun { get; }

    /// <summary>One sentence for the person choosing a node.</summary>
    public abstract string Description { get; }

    public abstract NodeRole Role { get; }

    /// <summary>In the order in which they are stored and shown.</summary>
    public virtual IReadOnlyList<NodeParameter> Parameters => [];

    public virtual ConceptUse Concepts => ConceptUse.None;

    /// <summary>What the listed concepts are to the model, as a field's label.</summary>
    public virtual string ConceptsLabel => "Concepts";

    /// <summary>Whether a version can run only after training, with a <see cref="Models.ClassifierHead"/>.</summary>
    public virtual bool NeedsTraining => false;

    /// <summary>Whether some inputs end here whatever their scores are.</summary>
    public virtual bool HoldsInputsBack => false;

    public PortType Input =>
        Role switch
        {
            NodeRole.Embed => PortType.None,
            NodeRole.Score => PortType.Embedding,
            _ => PortType.Concepts,
        };

    public PortType Output => Role is NodeRole.Embed ? PortType.Embedding : PortType.Concepts;

    /// <summary>Whether the node may stand without input nodes.</summary>
    public bool CanBeRoot => Input is not PortType.Concepts;

    /// <summary>What runs a version whose parameters are normal.</summary>
    /// <exception cref="PortalException"><see cref="StatusCode.ModelInvalidArgument"/>: a parameter is missing or
    /// wrong.</exception>
    public abstract INodeOperator Bind(ModelVersionSpec version);

    /// <param name="output">In normal form.</param>
    public abstract NodeSummary Describe(OutputInfo output);

    /// <summary>
    /// The one form that is stored, from any accepted spelling: known parameters only, at the top level, enumerations
    /// as integers, switches spelt out. Parameters of other types are ignored, since clients send them with every
    /// model.
    /// </summary>
    /// <exception cref="PortalException"><see cref="StatusCode.ModelInvalidArgument"/>: a parameter is missing or
    /// wrong.</exception>
    public virtual OutputInfo Normalise(OutputInfo given)
    {
        var parameters = new JsonObject();
        foreach (var parameter in Parameters)
        {
            if (parameter.Normalise(given.Params) is { } value)
            {
                parameters[parameter.Key] = value;
            }
        }

        return new OutputInfo(Concepts is ConceptUse.None ? [] : NormaliseConcepts(given.Concepts), parameters);
    }

    /// <summary>For example "1 concept" or "1,200 concepts".</summary>
    protected static string Count(int count, string noun) =>
        count == 1 ? $"1 {noun}" : $"{count.ToString("N0", CultureInfo.CurrentCulture)} {noun}s";

    private List<OutputConcept> NormaliseConcepts(IReadOnlyList<OutputConcept> given)
    {
        if (given.DistinctBy(concept => concept.ConceptId).Count() < given.Count)
        {
            throw Invalid("A concept is listed twice. List each concept once.");
        }

        if (given.Count == 0 && Concepts is not ConceptUse.Listed)
        {
            throw Invalid(
                $"A {DisplayName} needs at least one concept with its "
                    + $"{(Concepts is ConceptUse.WithThreshold ? "threshold" : "target")}."
            );
        }

        return
        [
            .. given.Select(concept =>
                Concepts switch
                {
                    ConceptUse.WithThreshold => new OutputConcept(concept.ConceptId, Threshold(concept)),
                    ConceptUse.WithTarget => new OutputConcept(
                        concept.ConceptId,
                        TargetId: concept.TargetId
                            ?? throw Invalid(
                                $"Every concept of a {DisplayName} needs the concept it becomes: 'target_id'."
                            )
                    ),
                    _ => new OutputConcept(concept.ConceptId),
                }
            ),
        ];
    }

    private double Threshold(OutputConcept concept) =>
        concept.Value switch
        {
            null => throw Invalid($"Every concept of a {DisplayName} needs a threshold: a value from 0 to 1."),
            >= 0 and <= 1 => concept.Value.Value,
            { } wrong => throw Invalid(
                string.Create(CultureInfo.InvariantCulture, $"A threshold must lie between 0 and 1; {wrong} does not.")
            ),
        };

    private static PortalException Invalid(string message) => new(StatusCode.ModelInvalidArgument, message);
}
