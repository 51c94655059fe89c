using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Portal.Core.Apps;
using Portal.Core.Users;

namespace Portal.Core.Audit;

/// <summary>
/// One line of the audit log: who did what to which thing. Added in the transaction of what it tells of, and never
/// changed or deleted.
/// </summary>
public sealed class AuditEntry
{
    public const int MaxText = 200;

    public long Id { get; set; }
    public DateTime At { get; set; }
    public AuditKind Kind { get; set; }

    /// <summary>Who did it; null for the portal itself and for somebody who is not signed in.</summary>
    public long? UserId { get; set; }

    /// <summary>The session, or the API key, through which it came.</summary>
    public long? SessionId { get; set; }

    public long? KeyId { get; set; }

    public long? AppId { get; set; }
    public App? App { get; set; }

    /// <summary>The id of what it was done to.</summary>
    public string Subject { get; set; } = "";

    /// <summary>Which property of it, where one was changed.</summary>
    public string? Field { get; set; }

    /// <summary>What was there before, in short.</summary>
    public string? From { get; set; }

    /// <summary>What is there now, in short.</summary>
    public string? To { get; set; }
}

internal sealed class AuditEntryMapping : IEntityTypeConfiguration<AuditEntry>
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
