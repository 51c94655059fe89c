using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Portal.Core.Domain.Inputs;

namespace Portal.Core.Data.Configurations;

internal sealed class InputChangeConfiguration : IEntityTypeConfiguration<InputChange>
{
    public void Configure(EntityTypeBuilder<InputChange> builder) => builder.HasIndex(c => new { c.AppId, c.Id });
}
