using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Explorer;

namespace Portal.Core.Data.Configurations;

internal sealed class SavedFilterConfiguration : IEntityTypeConfiguration<SavedFilter>
{
    public void Configure(EntityTypeBuilder<SavedFilter> builder)
    {
        builder.HasIndex(f => new { f.AppId, f.Name }).IsUnique();
        builder.HasOne<App>().WithMany().HasForeignKey(f => f.AppId).OnDelete(DeleteBehavior.Cascade);
    }
}
