using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Explorer;

namespace Portal.Core.Services.Explorer;

/// <summary>How many inputs each choice would show.</summary>
/// <param name="Concepts">By the concept's key.</param>
/// <param name="WrittenAs">By the user's key.</param>
/// <param name="Reviewers">By the user's key.</param>
public sealed record InputFacets(
    IReadOnlyDictionary<long, int> Concepts,
    int Success,
    int Pending,
    int Rejected,
    int Absent,
    int Audit,
    int Labelled,
    int Unlabelled,
    int Failed,
    IReadOnlyDictionary<TagOrigin, int> Origins,
    IReadOnlyDictionary<long, int> WrittenAs,
    IReadOnlyDictionary<long, int> Reviewers
)
{
    public static readonly InputFacets None = new(
        new Dictionary<long, int>(),
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        new Dictionary<TagOrigin, int>(),
        new Dictionary<long, int>(),
        new Dictionary<long, int>()
    );

    internal static InputFacets Count(
        FilterEvaluation evaluation,
        AppIndex index,
        InputFilter filter,
        IEnumerable<long> conceptIds
    )
    {
        var status = filter with { Statuses = [], Absent = false, Audit = false, Labelled = null, Failed = false };
        var origins = index.Tags.Keys.Select(k => new TagOrigin(
            k.Origin,
            k.Origin == AnnotationOrigin.Workflow ? k.WorkflowId : null
        ));
        return new InputFacets(
            conceptIds.ToDictionary(
                id => id,
                id =>
                    evaluation.Count(
                        filter with
                        {
                            ConceptIds =
                                filter.Match == ConceptMatch.All ? [.. filter.ConceptIds.Append(id).Distinct()] : [id],
                        }
                    )
            ),
            evaluation.Count(status with { Statuses = [StatusCode.AnnotationSuccess] }),
            evaluation.Count(status with { Statuses = AnnotationStatuses.Waiting }),
            evaluation.Count(status with { Statuses = [StatusCode.AnnotationReviewDenied] }),
            evaluation.Count(status with { Statuses = [StatusCode.AnnotationSuccess], Absent = true }),
            evaluation.Count(status with { Statuses = AnnotationStatuses.Audited, Audit = true }),
            evaluation.Count(status with { Labelled = true }),
            evaluation.Count(status with { Labelled = false }),
            evaluation.Count(status with { Failed = true }),
            origins
                .Distinct()
                .ToDictionary(origin => origin, origin => evaluation.Count(filter with { Origins = [origin] })),
            index
                .Tags.Keys.Select(k => k.WrittenAsId)
                .Distinct()
                .ToDictionary(id => id, id => evaluation.Count(filter with { WrittenAsIds = [id] })),
            index
                .Tags.Keys.Select(k => k.ReviewerId)
                .OfType<long>()
                .Distinct()
                .ToDictionary(id => id, id => evaluation.Count(filter with { ReviewerIds = [id] }))
        );
    }
}
