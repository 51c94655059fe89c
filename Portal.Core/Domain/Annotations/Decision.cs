namespace Portal.Core.Domain.Annotations;

public enum DecisionKind
{
    /// <summary>A person gave ✓ or ✗ of their own.</summary>
    Label = 0,

    /// <summary>A person agreed with a waiting annotation.</summary>
    Approve = 1,

    /// <summary>A person disagreed with a waiting annotation.</summary>
    Reject = 2,

    /// <summary>A person took their own label back.</summary>
    Clear = 3,
}

/// <summary>
/// One entry of the decision log: what a person said about a concept on an input, and whether it was undone. The log
/// only grows; it is what counts, and what history, undo and audit read.
/// </summary>
public sealed class Decision
{
    /// <summary>The sequence number that orders decisions; clocks do not.</summary>
    public long Id { get; set; }

    public long AppId { get; set; }
    public long InputId { get; set; }
    public long ConceptId { get; set; }
    public long UserId { get; set; }
    public DecisionKind Kind { get; set; }

    /// <summary>✓ true, ✗ false, null for <see cref="DecisionKind.Clear"/>.</summary>
    public bool? Value { get; set; }

    public SamplingMethod SamplingMethod { get; set; }

    /// <summary>The annotation that was approved or rejected, if one was.</summary>
    public long? AnnotationId { get; set; }

    /// <summary>An id made where the decision was made, so that sending it again does not decide again.</summary>
    public string? ClientId { get; set; }

    /// <summary>Groups what one action decided, to be undone as one.</summary>
    public string? BatchId { get; set; }

    public DateTime CreatedAt { get; set; }
    public DateTime? UndoneAt { get; set; }
    public long? UndoneById { get; set; }
}
