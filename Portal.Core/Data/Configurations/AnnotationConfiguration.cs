using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Users;
using Portal.Core.Domain.Workflows;

namespace Portal.Core.Data.Configurations;

internal sealed class AnnotationConfiguration : IEntityTypeConfiguration<Annotation>
{
    public void Configure(EntityTypeBuilder<Annotation> builder)
    {
        builder.Ignore(a => a.IsMachine);
        builder.HasIndex(a => new { a.AppId, a.ExternalId }).IsUnique();
        builder
            .HasIndex(a => new
            {
                a.InputId,
                a.ConceptId,
                a.WrittenAsId,
            })
            .IsUnique()
            .HasFilter($"\"Origin\" = {(int)AnnotationOrigin.Human}")
            .HasDatabaseName("IX_Annotations_OnePerPerson");
        builder
            .HasIndex(a => new
            {
                a.InputId,
                a.ConceptId,
                a.WorkflowId,
                a.NodeId,
            })
            .IsUnique()
            .HasFilter($"\"Origin\" = {(int)AnnotationOrigin.Workflow}")
            .HasDatabaseName("IX_Annotations_OnePerWriter");
        // By both, or SQLite would go through all annotations of a concept to find those of some inputs.
        builder.HasIndex(a => new { a.InputId, a.ConceptId });
        // With the row's key, as every index of SQLite: the newest of an app.
        builder.HasIndex(a => a.AppId);
        // Carries all that InputIndex reads of an annotation, so that it reads an app through without the table.
        builder
            .HasIndex(a => new
            {
                a.AppId,
                a.Status,
                a.ConceptId,
                a.InputId,
                a.Value,
                a.Origin,
                a.WorkflowId,
                a.WrittenAsId,
                a.ReviewedById,
                a.Score,
                a.ReviewRequested,
            })
            .HasDatabaseName("IX_Annotations_Index");
        builder.HasIndex(a => new
        {
            a.ConceptId,
            a.Status,
            a.InputId,
        });
        // The few that a sample sent to a person as well.
        builder.HasIndex(a => a.AppId, "IX_Annotations_Audit").HasFilter("\"ReviewRequested\"");
        builder.HasOne<Input>().WithMany().HasForeignKey(a => a.InputId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Concept>().WithMany().HasForeignKey(a => a.ConceptId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<PortalUser>().WithMany().HasForeignKey(a => a.WrittenAsId).OnDelete(DeleteBehavior.Restrict);
        builder
            .HasOne<WorkflowVersion>()
            .WithMany()
            .HasForeignKey(a => a.WorkflowVersionId)
            .OnDelete(DeleteBehavior.Restrict);
    }
}
