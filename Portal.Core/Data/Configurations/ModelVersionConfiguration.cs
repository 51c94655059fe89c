using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Portal.Core.Domain.Embeddings;
using Portal.Core.Domain.Models;

namespace Portal.Core.Data.Configurations;

internal sealed class ModelVersionConfiguration : IEntityTypeConfiguration<ModelVersion>
{
    public void Configure(EntityTypeBuilder<ModelVersion> builder)
    {
        builder.HasIndex(v => new { v.ModelId, v.Number }).IsUnique();
        builder.HasIndex(v => new { v.ModelId, v.ExternalId }).IsUnique();
        builder.HasOne<Model>().WithMany().HasForeignKey(v => v.ModelId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Embedder>().WithMany().HasForeignKey(v => v.EmbedderId).OnDelete(DeleteBehavior.Restrict);
    }
}
