using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Portal.Core.Annotations;

/// <summary>
/// What counts for one concept on one input: the latest human decision, else a machine SUCCESS; no row where there is
/// neither. Kept by <see cref="Settlement"/> in the transaction of every change, so that search, counts and training
/// read one table.
/// </summary>
public sealed class Label
{
    public long InputId { get; set; }
    public long ConceptId { get; set; }
    public long AppId { get; set; }
    public bool Value { get; set; }

    /// <summary>True where a person decided it; a workflow then never changes it.</summary>
    public bool IsHuman { get; set; }
}

internal sealed class LabelMapping : IEntityTypeConfiguration<Label>
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
        builder.HasOne<Inputs.Input>().WithMany().HasForeignKey(l => l.InputId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Concepts.Concept>().WithMany().HasForeignKey(l => l.ConceptId).OnDelete(DeleteBehavior.Cascade);
    }
}
