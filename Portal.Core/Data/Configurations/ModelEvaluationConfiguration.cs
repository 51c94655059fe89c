using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Portal.Core.Domain.Evaluation;
using Portal.Core.Domain.Models;

namespace Portal.Core.Data.Configurations;

internal sealed class ModelEvaluationConfiguration : IEntityTypeConfiguration<ModelEvaluation>
{
    public void Configure(EntityTypeBuilder<ModelEvaluation> builder)
    {
        builder.HasKey(e => e.ModelVersionId);
        builder.Property(e => e.ModelVersionId).ValueGeneratedNever();
        builder
            .HasOne<ModelVersion>()
            .WithOne()
            .HasForeignKey<ModelEvaluation>(e => e.ModelVersionId)
            .OnDelete(DeleteBehavior.Cascade);
    }
}
