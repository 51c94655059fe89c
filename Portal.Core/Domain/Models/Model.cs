using Portal.Core.Domain.Ids;

namespace Portal.Core.Domain.Models;

/// <summary>A typed operator. What it is set to now is its draft; each version freezes a copy.</summary>
public sealed class Model : IHideable
{
    public long Id { get; set; }
    public long AppId { get; set; }
    public required string ExternalId { get; set; }
    public required string Name { get; set; }

    /// <summary>The type id of its node type, for example <c>embedding-classifier</c>.</summary>
    public required string TypeId { get; set; }

    /// <summary>Concepts and parameters, as JSON of <c>OutputInfo</c>.</summary>
    public required string Output { get; set; }

    public DateTime CreatedAt { get; set; }
    public DateTime ModifiedAt { get; set; }
    public DateTime? DeletedAt { get; set; }
}
