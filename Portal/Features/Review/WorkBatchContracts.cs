using Portal.Shared.Api;

namespace Portal.Features.Review;

internal sealed record WorkBatchRequest
{
    /// <summary>Made by the open page: what it is handed, nobody else is until it is released or runs out.</summary>
    public string? Holder { get; init; }

    /// <summary>One concept, or none for all.</summary>
    public string? ConceptId { get; init; }

    /// <summary>
    /// Review: <c>lowest_confidence</c>, <c>highest_confidence</c>. Label: <c>uploaded</c>, <c>random</c>,
    /// <c>most_informative</c>, <c>highest_confidence</c>, <c>nearest</c>.
    /// </summary>
    public string? Order { get; init; }

    /// <summary>Inputs to be near to, for <c>nearest</c>.</summary>
    public IReadOnlyList<string>? Near { get; init; }

    /// <summary>Inputs the person skipped: they are not handed out again while they are named here.</summary>
    public IReadOnlyList<string>? Except { get; init; }

    /// <summary>Inputs at most.</summary>
    public int Take { get; init; } = WorkBatchApi.DefaultTake;

    /// <summary>What to release; none given means everything the holder has.</summary>
    public IReadOnlyList<string>? InputIds { get; init; }
}

/// <param name="Left">How many there are in all.</param>
/// <param name="Total">Of how many.</param>
/// <param name="SamplingMethod">How these were drawn, as decisions about them are to say.</param>
/// <param name="Seen">The last decision these reflect.</param>
internal sealed record WorkBatchResponse(
    IReadOnlyList<WorkBatchItem> Items,
    int Left,
    int Total,
    string? SamplingMethod,
    long Seen
) : ApiResponse;

/// <param name="Labels">People's ✓ (1) and ✗ (0), by concept.</param>
/// <param name="Guesses">The newest model's scores, the highest first.</param>
/// <param name="Question">The annotation to review, if this is a review.</param>
internal sealed record WorkBatchItem(
    string InputId,
    string FileName,
    int Width,
    int Height,
    string Thumb,
    string Large,
    IReadOnlyDictionary<string, int> Labels,
    IReadOnlyList<GuessDto> Guesses,
    QuestionDto? Question = null
);

internal sealed record GuessDto(string ConceptId, double Score);

/// <param name="Origin">Who said it, in words.</param>
/// <param name="Route">What becomes of each score in the workflow that wrote it.</param>
internal sealed record QuestionDto(
    string AnnotationId,
    string ConceptId,
    bool Value,
    double? Score,
    string Origin,
    bool IsAudit,
    DateTime CreatedAt,
    IReadOnlyList<RouteDto> Route
);

/// <param name="End"><c>success</c>, <c>pending</c> or <c>nothing</c>.</param>
internal sealed record RouteDto(double From, double To, string End);
