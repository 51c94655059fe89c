using Portal.Core.Domain.Ids;

namespace Portal.Core.Domain.Concepts;

/// <summary>A label of an app.</summary>
public sealed class Concept : IHideable
{
    public long Id { get; set; }
    public long AppId { get; set; }
    public required string ExternalId { get; set; }
    public required string Name { get; set; }

    /// <summary>CSS hexadecimal colour, for example <c>#4c6ef5</c>.</summary>
    public required string Color { get; set; }

    /// <summary>One key that labels with this concept, or null.</summary>
    public string? Hotkey { get; set; }

    public DateTime CreatedAt { get; set; }
    public DateTime ModifiedAt { get; set; }
    public DateTime? DeletedAt { get; set; }
}
