using Portal.Core.Errors;

namespace Portal.Core.Inputs;

/// <summary>Which inputs to show. What is empty or null does not filter; what is given must hold together.</summary>
public sealed record InputFilter
{
    /// <summary>Inputs with a tag of at least one of these concepts, present, in one of <see cref="Statuses"/>.</summary>
    public IReadOnlyList<long> ConceptIds { get; init; } = [];

    /// <summary>Annotation statuses; empty means what is shown as a tag: SUCCESS and what waits.</summary>
    public IReadOnlyList<StatusCode> Statuses { get; init; } = [];

    /// <summary>True: nobody and nothing has annotated it.</summary>
    public bool Unlabelled { get; init; }

    /// <summary>True: only inputs that failed.</summary>
    public bool Failed { get; init; }

    /// <summary>Words that must all occur in the file name, the id, the metadata or a concept's name; case is ignored.</summary>
    public string? Text { get; init; }

    /// <summary>Oldest first instead of newest first.</summary>
    public bool OldestFirst { get; init; }

    public bool IsEmpty => ConceptIds.Count == 0 && Statuses.Count == 0 && !Unlabelled && !Failed && string.IsNullOrWhiteSpace(Text);
}
