using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Videos;
using Portal.Core.Services.Annotations;

namespace Portal.Features.InputPage;

/// <summary>A run of an input, with the names a reader needs.</summary>
public sealed record InputRun(long WorkflowVersionId, string Workflow, DateTime FinishedAt, string? Error);

/// <summary>All that an input's page shows of it.</summary>
/// <param name="History">Newest first.</param>
/// <param name="Video">The video it is a frame of, if it still is there.</param>
public sealed record InputDetails(
    Input Input,
    IReadOnlyList<Concept> Concepts,
    IReadOnlyList<AnnotationView> Annotations,
    IReadOnlyList<DecisionEntry> History,
    IReadOnlyList<InputRun> Runs,
    Video? Video
)
{
    public IEnumerable<AnnotationView> Waiting => Annotations.Where(a => a.IsForReview);

    /// <summary>
    /// What a person's latest word about a concept is here: present, absent, or null where there is none.
    /// </summary>
    public bool? OwnValue(long conceptId, string userId) =>
        History
            .FirstOrDefault(d =>
                d.ConceptId == conceptId
                && d.UndoneAt is null
                && string.Equals(d.UserName, userId, StringComparison.OrdinalIgnoreCase)
            )
            ?.Value;
}
