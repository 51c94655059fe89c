using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Portal.Core.Domain.Embeddings;
using Portal.Core.Domain.Inputs;

namespace Portal.Core.Data.Configurations;

internal sealed class EmbedderConfiguration : IEntityTypeConfiguration<Embedder>
{
    public void Configure(EntityTypeBuilder<Embedder> builder) => builder.HasIndex(e => e.Key).IsUnique();
}

internal sealed class InputEmbeddingConfiguration : IEntityTypeConfiguration<InputEmbedding>
{
    public void Configure(EntityTypeBuilder<InputEmbedding> builder)
    {
        builder.ToTable("InputEmbeddings");
        builder.HasKey(e => new { e.InputId, e.EmbedderId });
        builder.HasOne<Input>().WithMany().HasForeignKey(e => e.InputId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Embedder>().WithMany().HasForeignKey(e => e.EmbedderId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class EmbeddingCodeConfiguration : IEntityTypeConfiguration<EmbeddingCode>
{
    public void Configure(EntityTypeBuilder<EmbeddingCode> builder)
    {
        builder.ToTable("EmbeddingCodes");
        builder.HasKey(e => new { e.EmbedderId, e.InputId });
        builder.HasOne<Input>().WithMany().HasForeignKey(e => e.InputId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Embedder>().WithMany().HasForeignKey(e => e.EmbedderId).OnDelete(DeleteBehavior.Cascade);
    }
}
