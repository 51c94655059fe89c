using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Errors;

namespace Portal.Core.Domain.Explorer;

public enum InputOrder
{
    Newest,
    Oldest,

    /// <summary>
    /// The highest machine score among the filter's concepts first, all concepts where it names none; without a score
    /// last.
    /// </summary>
    HighestScore,
    LowestScore,
}

/// <summary>How the concepts of a filter go together.</summary>
public enum ConceptMatch
{
    Any,
    All,
}

/// <summary>Who made a tag: people, an import, or a workflow.</summary>
/// <param name="WorkflowId">Internal key; null means any workflow.</param>
public readonly record struct TagOrigin(AnnotationOrigin Kind, long? WorkflowId = null);

/// <summary>One entry of an input's metadata.</summary>
/// <param name="Key">Nested ones are joined with dots, as in <c>camera.model</c>.</param>
/// <param name="Value">The whole value, case ignored; null: any.</param>
public readonly record struct MetadataFilter(string Key, string? Value);

/// <summary>
/// Which inputs to show. What is empty or null does not filter; what is given must hold together. What is asked of tags
/// (concept, status, origin, written-as user, reviewer) must hold for one and the same tag; with
/// <see cref="ConceptMatch.All"/>, for one tag of each concept.
/// </summary>
public sealed record InputFilter
{
    /// <summary>Concepts that are present.</summary>
    public IReadOnlyList<long> ConceptIds { get; init; } = [];

    public ConceptMatch Match { get; init; }

    /// <summary>Concepts no shown tag says are present.</summary>
    public IReadOnlyList<long> WithoutConceptIds { get; init; } = [];

    /// <summary>Annotation statuses; empty means what is shown as a tag: SUCCESS and what waits.</summary>
    public IReadOnlyList<StatusCode> Statuses { get; init; } = [];

    /// <summary>True: tags that say a concept is not there, instead of tags that say it is.</summary>
    public bool Absent { get; init; }

    /// <summary>True: only tags that were drawn for an audit, whether or not somebody has made it.</summary>
    public bool Audit { get; init; }

    public IReadOnlyList<TagOrigin> Origins { get; init; } = [];

    /// <summary>Internal keys of users.</summary>
    public IReadOnlyList<long> WrittenAsIds { get; init; } = [];

    /// <summary>Internal keys of users.</summary>
    public IReadOnlyList<long> ReviewerIds { get; init; } = [];

    /// <summary>
    /// Least machine score, 0 to 1, of one of the filter's concepts; of any concept where it names none.
    /// </summary>
    public double? MinScore { get; init; }

    /// <summary>Highest such score.</summary>
    public double? MaxScore { get; init; }

    /// <summary>
    /// True: something of it is settled, by a person or a machine. False: nobody and nothing has annotated it.
    /// </summary>
    public bool? Labelled { get; init; }

    /// <summary>True: only inputs that failed.</summary>
    public bool Failed { get; init; }

    /// <summary>Uploaded at this time or later, UTC.</summary>
    public DateTime? From { get; init; }

    /// <summary>Uploaded before this time, UTC.</summary>
    public DateTime? Before { get; init; }

    /// <summary>Part of the file name; case is ignored.</summary>
    public string? FileName { get; init; }

    public IReadOnlyList<MetadataFilter> Metadata { get; init; } = [];

    /// <summary>Internal key of the video whose frames they are.</summary>
    public long? VideoId { get; init; }

    /// <summary>
    /// Words that must all occur in the file name, the id, the metadata or a concept's name; case is ignored.
    /// </summary>
    public string? Text { get; init; }

    /// <summary>
    /// Ids of inputs: those most like them are shown, the most like first, in place of <see cref="Order"/>.
    /// </summary>
    public IReadOnlyList<string> Like { get; init; } = [];

    public InputOrder Order { get; init; }

    internal bool AsksForTags =>
        ConceptIds.Count > 0
        || Statuses.Count > 0
        || Absent
        || Audit
        || Origins.Count > 0
        || WrittenAsIds.Count > 0
        || ReviewerIds.Count > 0;
}
