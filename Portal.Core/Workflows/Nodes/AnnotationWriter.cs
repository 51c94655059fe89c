using System.Text.Json.Nodes;
using Portal.Core.Errors;

namespace Portal.Core.Workflows.Nodes;

/// <summary>Asks for an annotation of each concept that reaches it, and passes the concepts on unchanged.</summary>
public sealed class AnnotationWriter : NodeType
{
    public const string Id = "annotation-writer";

    public const string StatusKey = "annotation_status";
    public const string UserKey = "annotation_user_id";
    public const string InfoKey = "annotation_info";

    private static readonly Dictionary<string, int> s_statuses = Statuses();

    public override string TypeId => Id;

    public override string DisplayName => "Annotation Writer";

    public override string Description => "Writes the concepts that reach it as annotations: settled ones, or ones for a person to review.";

    public override PortType Input => PortType.Concepts;

    public override PortType Output => PortType.Concepts;

    /// <summary>The parameters in the form that is stored.</summary>
    public static JsonObject Params(StatusCode status, string userId, JsonObject? info = null)
    {
        var parameters = new JsonObject { [StatusKey] = (int)status, [UserKey] = userId };
        if (info is not null)
        {
            parameters[InfoKey] = info.DeepClone();
        }

        return parameters;
    }

    public override INodeOperator Bind(ModelVersionSpec version)
    {
        var (status, userId, info) = Read(version.Output.Params);
        return new Operator(status, userId, info?.DeepClone().AsObject());
    }

    public override OutputInfo Normalise(OutputInfo given)
    {
        var (status, userId, info) = Read(given.Params);
        return new OutputInfo([], Params(status, userId, info));
    }

    private static (StatusCode Status, string UserId, JsonObject? Info) Read(JsonObject parameters) => (
        (StatusCode)NodeParameters.Choice(parameters, StatusKey, s_statuses),
        NodeParameters.Text(parameters, UserKey),
        NodeParameters.Object(parameters, InfoKey));

    private static Dictionary<string, int> Statuses()
    {
        var statuses = new Dictionary<string, int>(StringComparer.Ordinal)
        {
            ["ANNOTATION_SUCCESS"] = (int)StatusCode.AnnotationSuccess,
            ["ANNOTATION_PENDING"] = (int)StatusCode.AnnotationPending,
            ["ANNOTATION_AWAITING_REVIEW"] = (int)StatusCode.AnnotationAwaitingReview,
            ["ANNOTATION_AWAITING_CONSENSUS_REVIEW"] = (int)StatusCode.AnnotationAwaitingConsensusReview,
        };
        foreach (var (name, code) in statuses.ToList())
        {
            statuses.Add(name["ANNOTATION_".Length..], code);
        }

        return statuses;
    }

    private sealed class Operator(StatusCode status, string userId, JsonObject? info) : INodeOperator
    {
        public string WritesAs => userId;

        public NodeOutput Run(NodeInput input) => new(
            input.Concepts,
            [
                .. input.Concepts.Select(concept => new IntendedWrite(
                    input.NodeId, concept.ConceptId, concept.Score, status, userId, info, concept.ModelVersionId, concept.Sampled)),
            ]);

        public IReadOnlySet<long> ConceptsOut(IReadOnlySet<long> conceptsIn) => conceptsIn;
    }
}
