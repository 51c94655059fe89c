using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Portal.Features.Inputs;
using Portal.Shared.Api;

namespace Portal.Features.Annotations;

internal sealed record AnnotationDto
{
    public string? Id { get; init; }
    public string? InputId { get; init; }
    public string? UserId { get; init; }
    public ApiStatus? Status { get; init; }
    public DataDto? Data { get; init; }
    public JsonObject? AnnotationInfo { get; init; }

    /// <summary>
    /// <c>human</c>, <c>workflow</c> or <c>import</c>. A client that passes on what another tool's machine said sends
    /// <c>import</c>.
    /// </summary>
    public string? Origin { get; init; }

    public string? WorkflowId { get; init; }
    public int? WorkflowVersionNumber { get; init; }
    public string? NodeId { get; init; }

    /// <summary>True for a settled annotation that was drawn for an audit.</summary>
    public bool? ReviewRequested { get; init; }

    public string? ReviewedBy { get; init; }
    public DateTime? ReviewedAt { get; init; }
    public DateTime? CreatedAt { get; init; }
    public DateTime? ModifiedAt { get; init; }
}

internal sealed record AnnotationsRequest
{
    public string? Action { get; init; }
    public IReadOnlyList<AnnotationDto?>? Annotations { get; init; }
    public AnnotationDto? Annotation { get; init; }
    public IReadOnlyList<string?>? Ids { get; init; }
}

internal sealed record AnnotationsResponse(IReadOnlyList<AnnotationDto> Annotations) : ApiResponse
{
    public string? NextPageToken { get; init; }
}

internal sealed record AnnotationResponse(AnnotationDto Annotation) : ApiResponse;

internal sealed record DecisionDto
{
    /// <summary>Made where the decision was made; sent again, it decides nothing again.</summary>
    public string? ClientId { get; init; }

    public string? InputId { get; init; }
    public string? ConceptId { get; init; }

    /// <summary>1 for ✓, 0 for ✗, null to take one's own label back.</summary>
    [JsonConverter(typeof(ConceptValueConverter))]
    public double? Value { get; init; }

    /// <summary>The waiting annotation that this approves or rejects.</summary>
    public string? AnnotationId { get; init; }

    /// <summary>
    /// <c>random</c> (or in order of upload), <c>most_informative</c>, <c>pending</c>, <c>audit</c>: how the input came
    /// before the person.
    /// </summary>
    public string? SamplingMethod { get; init; }

    /// <summary>
    /// The last sequence number known when this was decided. What was decided otherwise since is answered as a
    /// conflict.
    /// </summary>
    public long? Seen { get; init; }
}

internal sealed record DecisionsRequest
{
    public IReadOnlyList<DecisionDto?>? Decisions { get; init; }
    public string? BatchId { get; init; }
}

/// <summary>A decision that was left out: somebody decided otherwise after its <c>seen</c>.</summary>
/// <param name="Value">What was decided meanwhile.</param>
internal sealed record ConflictDto(string InputId, string ConceptId, int? Value, string UserId);

internal sealed record DecisionsResponse(string BatchId) : ApiResponse
{
    /// <summary>The last sequence number of what was decided.</summary>
    public long Sequence { get; init; }

    public IReadOnlyList<ConflictDto> Conflicts { get; init; } = [];
}

internal sealed record UndoResponse(int Undone) : ApiResponse;
