using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Ids;
using Portal.Core.Domain.Users;

namespace Portal.Core.Services.Users;

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
        return user ?? await AddAsync(db, userId, ct);
    }

    /// <summary>A new user with that id, within the caller's transaction.</summary>
    /// <exception cref="PortalException">The id is of no good form, or <see cref="StatusCode.DuplicateId"/>: somebody
    /// has it, in whatever case.</exception>
    internal async Task<PortalUser> AddAsync(PortalDbContext db, string userId, CancellationToken ct)
    {
        // In addresses "me" is whoever asks.
        if (userId.Length == 0 || string.Equals(userId, "me", StringComparison.OrdinalIgnoreCase))
        {
            throw new PortalException(
                StatusCode.InvalidRequest,
                "Choose a user id: 1 to 128 letters, digits, '_', '.' or '-', and not 'me'."
            );
        }

        var user = new PortalUser
        {
            UserName = ids.ChosenOrNew(userId, "user"),
            NormalizedUserName = userId.ToUpperInvariant(),
            SecurityStamp = ids.NewId(),
            CreatedAt = clock.GetUtcNow().UtcDateTime,
        };
        db.Users.Add(user);
        await db.SaveOrRefuseAsync(
            () =>
                new PortalException(
                    StatusCode.DuplicateId,
                    $"The user id '{userId}' is taken. Choose another one.",
                    userId
                ),
            ct
        );
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
