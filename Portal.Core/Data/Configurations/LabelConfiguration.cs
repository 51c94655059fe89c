using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Inputs;

namespace Portal.Core.Data.Configurations;

internal sealed class LabelConfiguration : IEntityTypeConfiguration<Label>
{
    public void Configure(EntityTypeBuilder<Label> builder)
    {
        builder.HasKey(l => new { l.InputId, l.ConceptId });
        builder.HasIndex(l => new
        {
            l.ConceptId,
            l.Value,
            l.InputId,
        });
        builder.HasOne<Input>().WithMany().HasForeignKey(l => l.InputId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Concept>().WithMany().HasForeignKey(l => l.ConceptId).OnDelete(DeleteBehavior.Cascade);
    }
}
