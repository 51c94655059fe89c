using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Audit;

namespace Portal.Core.Services.Audit;

/// <summary>
/// Reads the audit log. It is written by <see cref="AuditTrail"/>, and by <see cref="Audit"/> for what no row shows.
/// </summary>
public sealed class AuditLog(IDbContextFactory<PortalDbContext> contexts)
{
    /// <param name="before">Only entries older than this one; null starts with the newest.</param>
    public async Task<IReadOnlyList<AuditLine>> ListAsync(
        AuditFilter filter,
        long? before,
        int skip,
        int take,
        CancellationToken ct
    )
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await Lines(
                db,
                Of(db, filter)
                    .Where(e => before == null || e.Id < before)
                    .OrderByDescending(e => e.Id)
                    .Skip(skip)
                    .Take(take)
            )
            .ToListAsync(ct);
    }

    public async Task<int> CountAsync(AuditFilter filter, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await Of(db, filter).CountAsync(ct);
    }

    /// <summary>Who occurs in the log, by user id.</summary>
    public async Task<IReadOnlyList<string>> PeopleAsync(long? appId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var ids = Of(db, new AuditFilter(appId)).Select(e => e.UserId);
        return await db
            .Users.Where(u => ids.Contains(u.Id))
            .OrderBy(u => u.NormalizedUserName)
            .Select(u => u.UserName!)
            .ToListAsync(ct);
    }

    private static IQueryable<AuditEntry> Of(PortalDbContext db, AuditFilter filter)
    {
        var entries = db.AuditEntries.AsNoTracking();
        if (filter.AppId is { } app)
        {
            entries = entries.Where(e => e.AppId == app);
        }

        if (filter.UserId is { } id)
        {
            var normalized = id.ToUpperInvariant();
            entries = entries.Where(e => db.Users.Any(u => u.Id == e.UserId && u.NormalizedUserName == normalized));
        }
        if (filter.Group is { } group)
        {
            var (first, next) = ((AuditKind)((int)group * 100), (AuditKind)(((int)group + 1) * 100));
            entries = entries.Where(e => e.Kind >= first && e.Kind < next);
        }
        return entries;
    }

    private static IQueryable<AuditLine> Lines(PortalDbContext db, IQueryable<AuditEntry> entries) =>
        entries.Select(e => new AuditLine(
            e.Id,
            e.At,
            e.Kind,
            db.Users.Where(u => u.Id == e.UserId).Select(u => u.UserName).FirstOrDefault(),
            e.SessionId,
            db.ApiKeys.Where(k => k.Id == e.KeyId).Select(k => k.Name).FirstOrDefault(),
            e.App == null ? null : e.App.ExternalId,
            e.Subject,
            e.Field,
            e.From,
            e.To
        ));
}
