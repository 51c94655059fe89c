using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Portal.Core.Inputs;

namespace Portal.Core.Storage.Configurations;

internal sealed class SavedFilterConfiguration : IEntityTypeConfiguration<SavedFilter>
{
    public void Configure(EntityTypeBuilder<SavedFilter> builder)
    {
        builder.HasIndex(f => new { f.AppId, f.Name }).IsUnique();
        builder.HasOne<Apps.App>().WithMany().HasForeignKey(f => f.AppId).OnDelete(DeleteBehavior.Cascade);
    }
}
