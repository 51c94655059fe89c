using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Ids;
using Portal.Core.Domain.Users;

namespace Portal.Core.Services.Users;

/// <summary>Who a key or a sign-in link lets in.</summary>
/// <param name="UserId">The user's internal key.</param>
/// <param name="AppId">The one app an app-scoped key opens, or null.</param>
/// <param name="Scope">What the key may do at most; null for a link, which lets its user in as a person.</param>
public sealed record Grant(long UserId, string UserName, long? AppId, KeyScope? Scope)
{
    /// <summary>The key's internal key; null for a link.</summary>
    public long? KeyId { get; init; }
}

/// <summary>A key somebody wants.</summary>
/// <param name="AppId">The one app it opens, or null for all of its user's.</param>
/// <param name="ExpiresAt">When it ends, or null for never.</param>
public sealed record NewKey(string Name, long? AppId, KeyScope Scope = KeyScope.Manage, DateTime? ExpiresAt = null);

/// <summary>Somebody's key, as managers of the app that it opens see it.</summary>
/// <param name="Role">The user's role in the app; null for one who is no member any more, whose key opens
/// nothing.</param>
public sealed record KeyOfMember(ApiKey Key, string UserId, Role? Role);

/// <summary>API keys and one-time sign-in links. Both are shown once and stored as hashes.</summary>
public sealed class AccessService(IDbContextFactory<PortalDbContext> contexts, IdGenerator ids, TimeProvider clock)
{
    private static readonly TimeSpan LinkLifetime = TimeSpan.FromHours(24);

    // Each request of a program asks it.
    private static readonly Func<PortalDbContext, string, DateTime, Task<Opened?>> ByHash = EF.CompileAsyncQuery(
        (PortalDbContext db, string hash, DateTime now) =>
            (
                from k in db.ApiKeys
                join u in db.Users on k.UserId equals u.Id
                where k.Hash == hash && k.RevokedAt == null && (k.ExpiresAt == null || k.ExpiresAt > now)
                select new Opened(new Grant(u.Id, u.UserName!, k.AppId, k.Scope) { KeyId = k.Id }, k.LastUsedAt)
            ).SingleOrDefault()
    );

    private sealed record Opened(Grant Grant, DateTime? LastUsedAt);

    /// <summary>Makes a key that may all that its user may, and returns its text, which is not stored.</summary>
    /// <param name="key">A key of the caller's own (unattended installs), or null to make one.</param>
    public Task<(ApiKey Row, string Key)> CreateKeyAsync(
        long userId,
        long? appId,
        string name,
        string? key,
        CancellationToken ct
    ) => CreateKeyAsync(userId, new NewKey(name, appId), key, ct);

    /// <summary>
    /// Makes a key and returns its text, which is not stored. It never may more than its user at that moment.
    /// </summary>
    public async Task<(ApiKey Row, string Key)> CreateKeyAsync(
        long userId,
        NewKey wanted,
        string? key,
        CancellationToken ct
    )
    {
        key ??= ids.NewId();
        if (wanted.ExpiresAt <= Now)
        {
            throw new PortalException(
                StatusCode.InvalidRequest,
                "The key would have ended already. Choose a later day."
            );
        }

        var hash = Secrets.Hash(key);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var row = await db.ApiKeys.SingleOrDefaultAsync(k => k.Hash == hash, ct);
        if (row is null)
        {
            row = new ApiKey
            {
                UserId = userId,
                AppId = wanted.AppId,
                Name = string.IsNullOrWhiteSpace(wanted.Name) ? "key" : wanted.Name.Trim(),
                Scope = wanted.Scope,
                ExpiresAt = wanted.ExpiresAt,
                Hash = hash,
                // Of a short key a quarter is shown, so that what is shown never gives it away.
                Prefix = key[..Math.Min(4, key.Length / 4)],
                CreatedAt = Now,
            };
            db.ApiKeys.Add(row);
            await db.SaveChangesAsync(ct);
        }
        else if (row.UserId != userId)
        {
            throw new PortalException(StatusCode.InvalidRequest, "That key is somebody else's. Choose another one.");
        }
        return (row, key);
    }

    public async Task<IReadOnlyList<ApiKey>> ListKeysAsync(long userId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db
            .ApiKeys.AsNoTracking()
            .Where(k => k.UserId == userId && k.RevokedAt == null)
            .OrderBy(k => k.Id)
            .ToListAsync(ct);
    }

    /// <summary>Other people's keys that open this one app. Keys for all of somebody's apps are theirs alone.</summary>
    public async Task<IReadOnlyList<KeyOfMember>> ListKeysOfAppAsync(
        long appId,
        long exceptUserId,
        CancellationToken ct
    )
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await (
            from k in db.ApiKeys.AsNoTracking()
            join u in db.Users on k.UserId equals u.Id
            where k.AppId == appId && k.UserId != exceptUserId && k.RevokedAt == null
            orderby u.UserName, k.Id
            select new KeyOfMember(
                k,
                u.UserName!,
                db.Memberships.Where(m => m.AppId == appId && m.UserId == u.Id)
                    .Select(m => (Role?)m.Role)
                    .FirstOrDefault()
            )
        ).ToListAsync(ct);
    }

    /// <summary>Revokes somebody's key that opens this one app, if they stand no higher in it than who asks.</summary>
    public async Task RevokeKeyOfAppAsync(long appId, long actorId, long keyId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var actor = await MembershipService.RoleAsync(db, appId, actorId, ct);
        actor.Require(Permission.ManageMembers);
        var key =
            await db.ApiKeys.SingleOrDefaultAsync(k => k.Id == keyId && k.AppId == appId && k.RevokedAt == null, ct)
            ?? throw NoSuchKey();
        if (
            await db.Memberships.SingleOrDefaultAsync(m => m.AppId == appId && m.UserId == key.UserId, ct) is { } member
        )
        {
            MembershipService.RequireReach(actor, member.Role);
        }

        key.RevokedAt = Now;
        await db.SaveChangesAsync(ct);
    }

    public async Task RevokeKeyAsync(long userId, long keyId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var key =
            await db.ApiKeys.SingleOrDefaultAsync(k => k.Id == keyId && k.UserId == userId && k.RevokedAt == null, ct)
            ?? throw NoSuchKey();
        key.RevokedAt = Now;
        await db.SaveChangesAsync(ct);
    }

    /// <summary>Whom the key lets in, or null for one that is unknown, revoked or expired.</summary>
    public async Task<Grant?> OpenAsync(string key, CancellationToken ct)
    {
        var now = Now;
        await using var db = await contexts.CreateDbContextAsync(ct);
        var found = await ByHash(db, Secrets.Hash(key), now);
        if (found is null)
        {
            return null;
        }
        // Once a minute is enough to see that a key is alive, and spares a write per request.
        if (found.LastUsedAt is null || now - found.LastUsedAt > TimeSpan.FromMinutes(1))
        {
            try
            {
                await db
                    .ApiKeys.Where(k => k.Id == found.Grant.KeyId)
                    .ExecuteUpdateAsync(set => set.SetProperty(k => k.LastUsedAt, now), ct);
            }
            catch (Exception e) when (StorageFault.Of(e) is not null)
            {
                // That a key is alive is no reason to refuse what it asks for, which may be reading.
            }
        }
        return found.Grant;
    }

    /// <summary>Makes a one-time sign-in token, good for 24 hours.</summary>
    public async Task<string> CreateSignInTokenAsync(long userId, CancellationToken ct)
    {
        var token = ids.NewId();
        await using var db = await contexts.CreateDbContextAsync(ct);
        db.SignInLinks.Add(
            new SignInLink
            {
                UserId = userId,
                Hash = Secrets.Hash(token),
                ExpiresAt = Now + LinkLifetime,
            }
        );
        await db.SaveChangesAsync(ct);
        return token;
    }

    /// <summary>Uses a sign-in token up. Null when it is unknown, used or too old.</summary>
    public async Task<Grant?> UseSignInTokenAsync(string token, CancellationToken ct)
    {
        var hash = Secrets.Hash(token);
        var now = Now;
        await using var db = await contexts.CreateDbContextAsync(ct);
        // One statement both checks and spends it, so two requests cannot use the same link.
        var used = await db
            .SignInLinks.Where(l => l.Hash == hash && l.UsedAt == null && l.ExpiresAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(l => l.UsedAt, now), ct);
        if (used == 0)
        {
            return null;
        }

        return await (
            from l in db.SignInLinks
            join u in db.Users on l.UserId equals u.Id
            where l.Hash == hash
            select new Grant(u.Id, u.UserName!, null, null)
        ).SingleAsync(ct);
    }

    private static PortalException NoSuchKey() =>
        new(StatusCode.DoesNotExist, "There is no such key; it may have been revoked already.");

    private DateTime Now => clock.GetUtcNow().UtcDateTime;
}
