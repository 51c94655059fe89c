using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Users;

namespace Portal.Core.Services.Users;

/// <summary>A member of an app.</summary>
/// <param name="UserKey">The user's internal key.</param>
/// <param name="UserId">The user id others see.</param>
public sealed record Member(long UserKey, string UserId, Role Role, DateTime Since);

/// <summary>
/// Who belongs to an app, and as what. Nobody gives or takes a role above their own, and an app always has an owner.
/// </summary>
public sealed class MembershipService(IDbContextFactory<PortalDbContext> contexts, ChangeFeed changes)
{
    /// <summary>A user's roles, by the apps' internal keys.</summary>
    public async Task<Dictionary<long, Role>> RolesAsync(long userId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.Memberships.Where(m => m.UserId == userId).ToDictionaryAsync(m => m.AppId, m => m.Role, ct);
    }

    /// <exception cref="PortalException"><see cref="StatusCode.InsufficientScopes"/> without the permission;
    /// <see cref="StatusCode.DoesNotExist"/> for somebody who is no member.</exception>
    public async Task RequireAsync(long appId, long userId, Permission permission, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        (await RoleAsync(db, appId, userId, ct)).Require(permission);
    }

    /// <summary>The members, the highest role first.</summary>
    public async Task<IReadOnlyList<Member>> ListAsync(long appId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await (
            from m in db.Memberships
            join u in db.Users on m.UserId equals u.Id
            where m.AppId == appId
            orderby m.Role descending, u.NormalizedUserName
            select new Member(u.Id, u.UserName!, m.Role, m.CreatedAt)
        ).ToListAsync(ct);
    }

    /// <param name="actorId">Who changes it.</param>
    public async Task ChangeRoleAsync(long appId, long actorId, long userId, Role role, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var actor = await RoleAsync(db, appId, actorId, ct);
        actor.Require(Permission.ManageMembers);
        RequireReach(actor, role);
        var member = await FindAsync(db, appId, userId, ct);
        RequireReach(actor, member.Role);
        if (role < Role.Owner)
        {
            await KeepAnOwnerAsync(db, member, ct);
        }

        member.Role = role;
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        changes.Publish(appId, ChangedNoun.Members);
    }

    public async Task RemoveAsync(long appId, long actorId, long userId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var actor = await RoleAsync(db, appId, actorId, ct);
        actor.Require(Permission.ManageMembers);
        var member = await FindAsync(db, appId, userId, ct);
        RequireReach(actor, member.Role);
        await EndAsync(db, member, ct);
        await transaction.CommitAsync(ct);
        changes.Publish(appId, ChangedNoun.Members);
    }

    /// <summary>Ends one's own membership, which every member but the last owner may.</summary>
    public async Task LeaveAsync(long appId, long userId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await EndAsync(db, await FindAsync(db, appId, userId, ct), ct);
        await transaction.CommitAsync(ct);
        changes.Publish(appId, ChangedNoun.Members);
    }

    internal static async Task<Role> RoleAsync(PortalDbContext db, long appId, long userId, CancellationToken ct) =>
        await db
            .Memberships.Where(m => m.AppId == appId && m.UserId == userId)
            .Select(m => (Role?)m.Role)
            .SingleOrDefaultAsync(ct)
        ?? throw new PortalException(StatusCode.DoesNotExist, "There is no such app, or you may not see it.");

    /// <exception cref="PortalException">The role to give or take is above the one of whoever gives or takes
    /// it.</exception>
    internal static void RequireReach(Role actor, Role role)
    {
        if (role > actor)
        {
            throw new PortalException(
                StatusCode.InsufficientScopes,
                $"Your role in this app is {actor.Word()}, so you can neither give nor take the role {role.Word()}. "
                    + $"Ask an owner of the app."
            );
        }
    }

    private static async Task<Membership> FindAsync(
        PortalDbContext db,
        long appId,
        long userId,
        CancellationToken ct
    ) =>
        await db.Memberships.SingleOrDefaultAsync(m => m.AppId == appId && m.UserId == userId, ct)
        ?? throw new PortalException(
            StatusCode.DoesNotExist,
            "This app has no such member; the membership may have ended already."
        );

    private static async Task EndAsync(PortalDbContext db, Membership member, CancellationToken ct)
    {
        await KeepAnOwnerAsync(db, member, ct);
        db.Memberships.Remove(member);
        await db.SaveChangesAsync(ct);
    }

    private static async Task KeepAnOwnerAsync(PortalDbContext db, Membership member, CancellationToken ct)
    {
        if (
            member.Role == Role.Owner
            && !await db.Memberships.AnyAsync(
                m => m.AppId == member.AppId && m.UserId != member.UserId && m.Role == Role.Owner,
                ct
            )
        )
        {
            throw new PortalException(
                StatusCode.InvalidRequest,
                "This is the app's only owner. Make another member an owner first."
            );
        }
    }
}
