using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Portal.Core.Data;
using Portal.Core.Domain.Audit;

namespace Portal.Core.Services.Audit;

/// <summary>
/// Writes the audit log: whatever is saved and <see cref="AuditRules"/> knows gets its entries in the same save, so
/// that no service can forget to. What is written around the change tracker (<c>ExecuteUpdate</c>) is not seen.
/// </summary>
internal sealed class AuditTrail(TimeProvider clock) : SaveChangesInterceptor
{
    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        Add((PortalDbContext)eventData.Context!);
        return result;
    }

    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData,
        InterceptionResult<int> result,
        CancellationToken cancellationToken = default
    ) => ValueTask.FromResult(SavingChanges(eventData, result));

    private void Add(PortalDbContext db)
    {
        var changed = db
            .ChangeTracker.Entries()
            .Where(e => e.State is EntityState.Added or EntityState.Modified or EntityState.Deleted)
            .ToList();
        foreach (var entry in changed)
        {
            if (entry.Entity is AuditEntry written)
            {
                Sign(written);
            }
            else
            {
                foreach (var made in AuditRules.Of(db, entry))
                {
                    db.AuditEntries.Add(Sign(made));
                }
            }
        }
    }

    /// <summary>Says when it was and who did it, where the entry does not say so itself.</summary>
    private AuditEntry Sign(AuditEntry entry)
    {
        entry.At = clock.GetUtcNow().UtcDateTime;
        entry.UserId ??= Actor.Current?.UserId;
        entry.SessionId ??= Actor.Current?.SessionId;
        entry.KeyId ??= Actor.Current?.KeyId;
        entry.Subject = Short(entry.Subject)!;
        (entry.From, entry.To) = (Short(entry.From), Short(entry.To));
        return entry;
    }

    private static string? Short(string? text) =>
        text?.Length > AuditEntry.MaxText ? string.Concat(text.AsSpan(0, AuditEntry.MaxText - 1), "…") : text;
}
