using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Portal.Core.Domain.Audit;
using Portal.Core.Domain.Users;

namespace Portal.Core.Data.Configurations;

internal sealed class AuditEntryConfiguration : IEntityTypeConfiguration<AuditEntry>
{
    public void Configure(EntityTypeBuilder<AuditEntry> builder)
    {
        builder.ToTable("AuditEntries");
        builder.HasIndex(e => new { e.AppId, e.Id });
        builder.HasOne<PortalUser>().WithMany().HasForeignKey(e => e.UserId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne(e => e.App).WithMany().HasForeignKey(e => e.AppId).OnDelete(DeleteBehavior.Restrict);
    }

    /// <summary>
    /// The database itself refuses to change the log. Made at every start: a migration that rebuilds a table drops its
    /// triggers.
    /// </summary>
    public static IEnumerable<string> TriggerStatements() =>
        ((string[])["UPDATE", "DELETE"]).Select(on =>
            $"DROP TRIGGER IF EXISTS \"TR_AuditEntries_{on}\"; CREATE TRIGGER \"TR_AuditEntries_{on}\" BEFORE {on} "
            + $"ON \"AuditEntries\" BEGIN SELECT RAISE(ABORT, 'The audit log is only added to.'); END;"
        );
}
