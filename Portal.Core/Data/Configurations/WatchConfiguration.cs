using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Watching;

namespace Portal.Core.Data.Configurations;

internal sealed class WatchConfiguration
    : IEntityTypeConfiguration<WatchedFolder>,
        IEntityTypeConfiguration<WatchedFile>
{
    public void Configure(EntityTypeBuilder<WatchedFolder> builder)
    {
        builder.HasKey(f => f.AppId);
        builder.Property(f => f.AppId).ValueGeneratedNever();
        builder.HasOne<App>().WithOne().HasForeignKey<WatchedFolder>(f => f.AppId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<WatchedFile> builder)
    {
        builder.HasIndex(f => new { f.AppId, f.Path });
        builder.HasOne<App>().WithMany().HasForeignKey(f => f.AppId).OnDelete(DeleteBehavior.Cascade);
    }
}
