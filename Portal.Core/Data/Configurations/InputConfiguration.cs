using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;

namespace Portal.Core.Data.Configurations;

internal sealed class InputConfiguration : IEntityTypeConfiguration<Input>
{
    public void Configure(EntityTypeBuilder<Input> builder)
    {
        builder.HasIndex(i => new { i.AppId, i.ExternalId }).IsUnique();
        builder.HasIndex(i => new { i.AppId, i.ContentHash });
        builder.HasIndex(i => new { i.AppId, i.FileName });
        // SQLite ends every index with the row's key, so that these give an app's inputs in the order they came.
        builder.HasIndex(i => new { i.AppId, i.DeletedAt });
        builder.HasIndex(i => new
        {
            i.AppId,
            i.Status,
            i.DeletedAt,
        });
        // One for each status: SQLite takes such an index only where the query says the very condition.
        builder
            .HasIndex(i => new { i.Id, i.DeletedAt }, "IX_Inputs_Pending")
            .HasFilter($"\"Status\" = {(int)StatusCode.InputPending} AND \"StatusDetail\" IS NULL");
        builder
            .HasIndex(i => i.AppId, "IX_Inputs_Held")
            .HasFilter($"\"Status\" = {(int)StatusCode.InputPending} AND \"StatusDetail\" IS NOT NULL");
        builder
            .HasIndex(i => new { i.Id, i.DeletedAt }, "IX_Inputs_InProgress")
            .HasFilter($"\"Status\" = {(int)StatusCode.InputInProgress}");
        builder.HasIndex(i => i.ContentHash);
        builder.HasIndex(i => new { i.AppId, i.SourceUrl }).HasFilter("\"SourceUrl\" IS NOT NULL");
        // No foreign key: SQLite would add it by writing the largest table anew. Videos are hidden, not removed, and go
        // with their app as inputs do.
        builder.HasIndex(i => new { i.VideoId, i.VideoTimeMs }).IsUnique().HasFilter("\"VideoId\" IS NOT NULL");
        builder.HasOne<App>().WithMany().HasForeignKey(i => i.AppId).OnDelete(DeleteBehavior.Cascade);
    }
}
