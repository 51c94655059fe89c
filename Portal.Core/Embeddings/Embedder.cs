using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Portal.Core.Embeddings;

/// <summary>
/// A frozen network as it was used: file hash, side and outputs. Embeddings of different embedders are never mixed.
/// </summary>
public sealed class Embedder
{
    public long Id { get; set; }

    /// <summary>The stable key of its identity: file hash, input side and outputs.</summary>
    public required string Key { get; set; }

    public int Dimensions { get; set; }

    /// <summary>
    /// What it takes to load it again, as JSON of <see cref="KeptNetwork"/>; null until a classifier is trained on its
    /// vectors.
    /// </summary>
    public string? Network { get; set; }

    /// <summary>
    /// The point around which <see cref="EmbeddingCode"/>s are made, single-precision numbers, little-endian; null
    /// until there are enough embeddings.
    /// </summary>
    public byte[]? CodeCentre { get; set; }

    public DateTime CreatedAt { get; set; }
}

/// <summary>
/// The embedder's vector of an input: half-precision numbers, little-endian. Scores are always computed from it, the
/// first time too.
/// </summary>
public sealed class InputEmbedding
{
    public long InputId { get; set; }
    public long EmbedderId { get; set; }
    public required byte[] Vector { get; set; }
}

/// <summary>
/// An embedding in a fourteenth of its bytes, for finding likely neighbours; made from it, and from it again at will.
/// </summary>
public sealed class EmbeddingCode
{
    public long InputId { get; set; }
    public long EmbedderId { get; set; }
    public required byte[] Code { get; set; }
}

internal sealed class EmbedderMapping : IEntityTypeConfiguration<Embedder>
{
    public void Configure(EntityTypeBuilder<Embedder> builder) => builder.HasIndex(e => e.Key).IsUnique();
}

internal sealed class InputEmbeddingMapping : IEntityTypeConfiguration<InputEmbedding>
{
    public void Configure(EntityTypeBuilder<InputEmbedding> builder)
    {
        builder.ToTable("InputEmbeddings");
        builder.HasKey(e => new { e.InputId, e.EmbedderId });
        builder.HasOne<Inputs.Input>().WithMany().HasForeignKey(e => e.InputId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Embedder>().WithMany().HasForeignKey(e => e.EmbedderId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class EmbeddingCodeMapping : IEntityTypeConfiguration<EmbeddingCode>
{
    public void Configure(EntityTypeBuilder<EmbeddingCode> builder)
    {
        builder.ToTable("EmbeddingCodes");
        builder.HasKey(e => new { e.EmbedderId, e.InputId });
        builder.HasOne<Inputs.Input>().WithMany().HasForeignKey(e => e.InputId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Embedder>().WithMany().HasForeignKey(e => e.EmbedderId).OnDelete(DeleteBehavior.Cascade);
    }
}
