using System.Text.Json.Nodes;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Domain.Workflows.Parameters;

namespace Portal.Core.Domain.Workflows.Nodes;

/// <summary>Asks for an annotation of each concept that reaches it, and passes the concepts on unchanged.</summary>
public sealed class AnnotationWriter : NodeType
{
    public const string Id = "annotation-writer";

    private static readonly ChoiceParameter s_status = new(
        "annotation_status",
        "Writes what reaches it as",
        null,
        [
            new((int)StatusCode.AnnotationSuccess, "ANNOTATION_SUCCESS", "settled tags", "SUCCESS"),
            new((int)StatusCode.AnnotationPending, "ANNOTATION_PENDING", "tags that wait for a person", "PENDING"),
            new(
                (int)StatusCode.AnnotationAwaitingReview,
                "ANNOTATION_AWAITING_REVIEW",
                "tags awaiting review",
                "AWAITING_REVIEW"
            ),
            new(
                (int)StatusCode.AnnotationAwaitingConsensusReview,
                "ANNOTATION_AWAITING_CONSENSUS_REVIEW",
                "tags awaiting consensus review",
                "AWAITING_CONSENSUS_REVIEW"
            ),
        ]
    );

    private static readonly UserParameter s_user = new("annotation_user_id", "Written as", null);
    private static readonly ObjectParameter s_info = new("annotation_info", "Kept with each tag, a JSON object", null);

    public override string TypeId => Id;

    public override string DisplayName => "Annotation Writer";

    public override string Noun => "writer";

    public override string Description =>
        "Writes the concepts that reach it as annotations: settled ones, or ones for a person to review.";

    public override NodeRole Role => NodeRole.Write;

    public override IReadOnlyList<NodeParameter> Parameters { get; } = [s_status, s_user, s_info];

    /// <summary>The parameters in the form that is stored.</summary>
    public static JsonObject Params(StatusCode status, string userId, JsonObject? info = null)
    {
        var parameters = new JsonObject { [s_status.Key] = (int)status, [s_user.Key] = userId };
        if (info is not null)
        {
            parameters[s_info.Key] = info.DeepClone();
        }

        return parameters;
    }

    public override INodeOperator Bind(ModelVersionSpec version)
    {
        var parameters = version.Output.Params;
        return new Operator(
            (StatusCode)s_status.Read(parameters),
            s_user.Read(parameters),
            s_info.Read(parameters)?.DeepClone().AsObject()
        );
    }

    public override NodeSummary Describe(OutputInfo output)
    {
        var status = s_status.Choices.First(choice => choice.Value == s_status.Read(output.Params));
        var user = s_user.Read(output.Params);
        return new NodeSummary(
            $"writes {status.Alias} as {user}",
            $"as {user}",
            status.Alias!,
            status.Value == (int)StatusCode.AnnotationSuccess ? SummaryTone.Settled : SummaryTone.Waiting
        );
    }

    private sealed class Operator(StatusCode status, string userId, JsonObject? info) : INodeOperator
    {
        public string WritesAs => userId;

        public NodeOutput Run(NodeInput input) =>
            new(
                input.Concepts,
                [
                    .. input.Concepts.Select(concept => new IntendedWrite(
                        input.NodeId,
                        concept.ConceptId,
                        concept.Score,
                        status,
                        userId,
                        info,
                        concept.ModelVersionId,
                        concept.Sampled
                    )),
                ]
            );

        public IReadOnlySet<long> ConceptsOut(IReadOnlySet<long> conceptsIn) => conceptsIn;
    }
}
