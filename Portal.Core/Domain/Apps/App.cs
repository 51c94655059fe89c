using Portal.Core.Domain.Ids;

namespace Portal.Core.Domain.Apps;

/// <summary>A workspace: its inputs, concepts, models and workflows.</summary>
public sealed class App : IHideable
{
    public long Id { get; set; }
    public required string ExternalId { get; set; }
    public long OwnerId { get; set; }
    public required string Name { get; set; }
    public string Description { get; set; } = "";

    /// <summary>The workflow version every new input runs, or null while the app has no default workflow.</summary>
    public long? DefaultWorkflowVersionId { get; set; }

    /// <summary>
    /// Whether a person's ✓ counts as ✗ for the concepts nobody answered on that input, when a classifier is trained.
    /// </summary>
    public bool ImplicitNegatives { get; set; } = true;

    public DateTime CreatedAt { get; set; }
    public DateTime ModifiedAt { get; set; }
    public DateTime? DeletedAt { get; set; }
}
