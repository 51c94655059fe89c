using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Inputs;

namespace Portal.Core.Data.Configurations;

internal sealed class DecisionConfiguration : IEntityTypeConfiguration<Decision>
{
    public void Configure(EntityTypeBuilder<Decision> builder)
    {
        builder.HasIndex(d => new { d.InputId, d.ConceptId });
        builder.HasIndex(d => new { d.UserId, d.ClientId }).IsUnique().HasFilter("\"ClientId\" IS NOT NULL");
        builder.HasIndex(d => d.BatchId).HasFilter("\"BatchId\" IS NOT NULL");
        builder.HasIndex(d => new { d.AppId, d.Id });
        builder.HasOne<Input>().WithMany().HasForeignKey(d => d.InputId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Concept>().WithMany().HasForeignKey(d => d.ConceptId).OnDelete(DeleteBehavior.Cascade);
    }
}
