using Portal.Core.Domain.Errors;

namespace Portal.Core.Domain.Models;

/// <summary>A frozen state of a model. It never changes once trained.</summary>
public sealed class ModelVersion
{
    public long Id { get; set; }
    public long ModelId { get; set; }
    public required string ExternalId { get; set; }

    /// <summary>1, 2, 3 … within the model.</summary>
    public int Number { get; set; }

    public StatusCode Status { get; set; }

    /// <summary>What went wrong and what to do about it, when training failed.</summary>
    public string? StatusDetail { get; set; }

    /// <summary>Concepts and parameters, as JSON of <c>OutputInfo</c>.</summary>
    public required string Output { get; set; }

    /// <summary>The trained numbers (<see cref="ClassifierHead"/>), or null for types without training.</summary>
    public byte[]? Head { get; set; }

    /// <summary>The embedder whose vectors it was trained on, or null for types without training.</summary>
    public long? EmbedderId { get; set; }

    /// <summary>What it was trained on, as JSON of <see cref="TrainingSummary"/>, or null.</summary>
    public string? Summary { get; set; }

    public long CreatedById { get; set; }
    public DateTime CreatedAt { get; set; }
    public DateTime? TrainedAt { get; set; }
}
