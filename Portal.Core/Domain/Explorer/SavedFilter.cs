namespace Portal.Core.Domain.Explorer;

/// <summary>A filter of the Explorer kept under a name.</summary>
public sealed class SavedFilter
{
    public long Id { get; set; }
    public long AppId { get; set; }
    public required string Name { get; set; }

    /// <summary>The query string of the Explorer's address, with its question mark.</summary>
    public required string Query { get; set; }
}
