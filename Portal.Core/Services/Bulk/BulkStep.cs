namespace Portal.Core.Services.Bulk;

public enum BulkKind
{
    /// <summary>✓ of a concept.</summary>
    Present,

    /// <summary>✗ of a concept.</summary>
    Absent,

    /// <summary>Approves what waits, of one concept or of all.</summary>
    Approve,

    /// <summary>Rejects what waits, of one concept or of all.</summary>
    Reject,

    Delete,
}

/// <summary>One change to many inputs, undone as one.</summary>
/// <param name="ConceptId">Internal key; null where it is about every concept.</param>
/// <param name="BatchId">Names the step: of its decisions, the batch.</param>
/// <param name="At">When it was begun, UTC; marks what it deleted.</param>
public sealed record BulkStep(BulkKind Kind, long? ConceptId, string BatchId, DateTime At);

/// <summary>What a step did.</summary>
/// <param name="Inputs">Inputs it changed.</param>
/// <param name="Tags">Decisions it made on them.</param>
public readonly record struct BulkResult(int Inputs, int Tags);
