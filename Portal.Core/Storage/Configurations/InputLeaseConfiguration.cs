using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Portal.Core.Annotations;

namespace Portal.Core.Storage.Configurations;

internal sealed class InputLeaseConfiguration : IEntityTypeConfiguration<InputLease>
{
    public void Configure(EntityTypeBuilder<InputLease> builder)
    {
        builder.HasKey(l => l.InputId);
        builder.HasIndex(l => new { l.AppId, l.Holder });
        builder.HasOne<Inputs.Input>().WithMany().HasForeignKey(l => l.InputId).OnDelete(DeleteBehavior.Cascade);
    }
}
