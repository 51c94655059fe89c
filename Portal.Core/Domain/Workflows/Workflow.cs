using Portal.Core.Domain.Ids;

namespace Portal.Core.Domain.Workflows;

/// <summary>A directed acyclic graph of model nodes, in versions.</summary>
public sealed class Workflow : IHideable
{
    public long Id { get; set; }
    public long AppId { get; set; }
    public required string ExternalId { get; set; }
    public required string Name { get; set; }
    public DateTime CreatedAt { get; set; }
    public DateTime ModifiedAt { get; set; }
    public DateTime? DeletedAt { get; set; }
}
