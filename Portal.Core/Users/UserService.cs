using Microsoft.EntityFrameworkCore;
using Portal.Core.Errors;
using Portal.Core.Ids;
using Portal.Core.Storage;

namespace Portal.Core.Users;

/// <summary>People and services that act in the portal.</summary>
public sealed class UserService(IDbContextFactory<PortalDbContext> contexts, IdGenerator ids, TimeProvider clock)
{
    /// <summary>The user with that id (case is ignored), made if there is none.</summary>
    public async Task<PortalUser> EnsureAsync(string userId, CancellationToken ct)
    {
        ids.ChosenOrNew(userId, "user");
        await using var db = await contexts.CreateDbContextAsync(ct);
        var normalized = userId.ToUpperInvariant();
        var user = await db.Users.SingleOrDefaultAsync(u => u.NormalizedUserName == normalized, ct);
        if (user is not null) return user;
        user = new PortalUser
        {
            UserName = userId,
            NormalizedUserName = normalized,
            SecurityStamp = ids.NewId(),
            CreatedAt = clock.GetUtcNow().UtcDateTime,
        };
        db.Users.Add(user);
        await db.SaveChangesAsync(ct);
        return user;
    }

    public async Task<PortalUser> GetAsync(string userId, CancellationToken ct) =>
        await FindAsync(userId, ct)
        ?? throw new PortalException(StatusCode.DoesNotExist, $"There is no user '{userId}'.", userId);

    public async Task<PortalUser?> FindAsync(string userId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var normalized = userId.ToUpperInvariant();
        return await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.NormalizedUserName == normalized, ct);
    }

    public async Task<PortalUser?> FindAsync(long id, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == id, ct);
    }

    public async Task<IReadOnlyList<PortalUser>> ListAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.Users.AsNoTracking().OrderBy(u => u.Id).ToListAsync(ct);
    }
}
