using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Ids;

namespace Portal.Core.Domain.Inputs;

/// <summary>
/// One image to be labelled. Its own state is the queue of work: accepting an input and enqueuing it cannot disagree.
/// </summary>
public sealed class Input : IHideable
{
    public long Id { get; set; }
    public long AppId { get; set; }
    public required string ExternalId { get; set; }
    public long CreatedById { get; set; }

    /// <summary>
    /// <see cref="StatusCode.InputPending"/> → <see cref="StatusCode.InputInProgress"/> →
    /// <see cref="StatusCode.InputSuccess"/>, or <see cref="StatusCode.InputFailed"/>.
    /// </summary>
    public StatusCode Status { get; set; }

    /// <summary>Why the input failed, or is held while it is pending, for a person to read; null otherwise.</summary>
    public string? StatusDetail { get; set; }

    /// <summary>SHA-256 of the bytes, lower-case hexadecimal; names the blob.</summary>
    public required string ContentHash { get; set; }

    public long ByteLength { get; set; }
    public required string MediaType { get; set; }

    /// <summary>Pixels, as seen upright.</summary>
    public int Width { get; set; }

    /// <summary>Pixels, as seen upright.</summary>
    public int Height { get; set; }

    public string FileName { get; set; } = "";
    public string? SourceUrl { get; set; }

    /// <summary>A JSON object of the user's own.</summary>
    public string Metadata { get; set; } = "{}";

    /// <summary>The video it is a frame of; null for a picture of its own.</summary>
    public long? VideoId { get; set; }

    /// <summary>Milliseconds from that video's beginning.</summary>
    public int? VideoTimeMs { get; set; }

    /// <summary>The default workflow version at the time of the claim; a retry runs the same.</summary>
    public long? WorkflowVersionId { get; set; }

    /// <summary>
    /// Fencing token of the current claim: a worker whose token is no longer this one must not commit.
    /// </summary>
    public long ClaimToken { get; set; }

    public DateTime? LeaseUntil { get; set; }

    /// <summary>
    /// Claims so far, committed before decoding, so that an input that takes the process down is noticed.
    /// </summary>
    public int Attempts { get; set; }

    public DateTime CreatedAt { get; set; }
    public DateTime ModifiedAt { get; set; }
    public DateTime? ProcessedAt { get; set; }
    public DateTime? DeletedAt { get; set; }
}
