namespace Portal.Core.Domain.Exchange;

/// <summary>One entry of the decision log, with names in place of keys.</summary>
public sealed record ExchangeDecision
{
    /// <summary>The concept's id.</summary>
    public required string Concept { get; init; }

    public required string User { get; init; }

    /// <summary><c>label</c>, <c>approve</c>, <c>reject</c> or <c>clear</c>.</summary>
    public required string Kind { get; init; }

    public bool? Value { get; init; }

    /// <summary>
    /// How the input came before the person: <c>unstated</c>, <c>random</c>, <c>teachesmost</c>, <c>pending</c> or
    /// <c>audit</c>.
    /// </summary>
    public required string SamplingMethod { get; init; }

    /// <summary>The id of the annotation that was approved or rejected.</summary>
    public string? Annotation { get; init; }

    public DateTime CreatedAt { get; init; }
    public DateTime? UndoneAt { get; init; }
    public string? UndoneBy { get; init; }
}
