using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Inputs;

namespace Portal.Core.Data.Configurations;

internal sealed class InputLeaseConfiguration : IEntityTypeConfiguration<InputLease>
{
    public void Configure(EntityTypeBuilder<InputLease> builder)
    {
        builder.HasKey(l => l.InputId);
        builder.HasIndex(l => new { l.AppId, l.Holder });
        builder.HasOne<Input>().WithMany().HasForeignKey(l => l.InputId).OnDelete(DeleteBehavior.Cascade);
    }
}
