using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Jobs;

namespace Portal.Core.Data.Configurations;

internal sealed class JobConfiguration : IEntityTypeConfiguration<Job>
{
    public void Configure(EntityTypeBuilder<Job> builder)
    {
        builder.Ignore(j => j.IsOver);
        builder.HasIndex(j => j.ExternalId).IsUnique();
        builder.HasIndex(j => new { j.State, j.Id });
        builder.HasIndex(j => new { j.AppId, j.Id });
        builder.HasOne<App>().WithMany().HasForeignKey(j => j.AppId).OnDelete(DeleteBehavior.Cascade);
    }
}
