using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Portal.Core.Inputs;

/// <summary>A filter of the Explorer kept under a name.</summary>
public sealed class SavedFilter
{
    public long Id { get; set; }
    public long AppId { get; set; }
    public required string Name { get; set; }

    /// <summary>The query string of the Explorer's address, with its question mark.</summary>
    public required string Query { get; set; }
}

internal sealed class SavedFilterMapping : IEntityTypeConfiguration<SavedFilter>
{
    public void Configure(EntityTypeBuilder<SavedFilter> builder)
    {
        builder.HasIndex(f => new { f.AppId, f.Name }).IsUnique();
        builder.HasOne<Apps.App>().WithMany().HasForeignKey(f => f.AppId).OnDelete(DeleteBehavior.Cascade);
    }
}
