using System.Text.Json;

namespace Portal.Core.Domain.Exchange;

/// <summary>One annotation, with names in place of keys.</summary>
public sealed record ExchangeAnnotation
{
    public required string Id { get; init; }

    /// <summary>The concept's id.</summary>
    public required string Concept { get; init; }

    public bool Value { get; init; }

    /// <summary>The status code, such as 24150.</summary>
    public int Status { get; init; }

    /// <summary>The status its author gave it, before anybody reviewed it.</summary>
    public int WrittenStatus { get; init; }

    public double? Score { get; init; }

    /// <summary>The user it is written as.</summary>
    public required string User { get; init; }

    /// <summary><c>human</c>, <c>workflow</c> or <c>import</c>.</summary>
    public required string Origin { get; init; }

    public string? Workflow { get; init; }
    public int? WorkflowVersion { get; init; }
    public string? Node { get; init; }
    public JsonElement? Info { get; init; }
    public bool ReviewRequested { get; init; }
    public string? ReviewedBy { get; init; }
    public DateTime? ReviewedAt { get; init; }
    public DateTime CreatedAt { get; init; }
    public DateTime ModifiedAt { get; init; }
}
