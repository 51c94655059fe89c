using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Audit;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Ids;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Audit;

namespace Portal.Core.Services.Users;

/// <summary>An invitation that can be spent, for the page of its app's members.</summary>
public sealed record OpenInvitation(long Id, Role Role, string InvitedBy, DateTime ExpiresAt);

/// <summary>What an invitation's own page says of it.</summary>
/// <param name="OwnerId">With <paramref name="AppId"/>, the app as addresses name it.</param>
public sealed record InvitationView(
    string OwnerId,
    string AppId,
    string AppName,
    Role Role,
    string InvitedBy,
    DateTime ExpiresAt
);

/// <summary>One-time links that make people members of an app. Shown once and stored as hashes.</summary>
public sealed class InvitationService(
    IDbContextFactory<PortalDbContext> contexts,
    UserService users,
    IdGenerator ids,
    TimeProvider clock,
    ChangeFeed changes
)
{
    /// <summary>Makes an invitation and returns its token, which is not stored.</summary>
    public async Task<string> CreateAsync(long appId, long actorId, Role role, TimeSpan lifetime, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var actor = await MembershipService.RoleAsync(db, appId, actorId, ct);
        actor.Require(Permission.ManageMembers);
        MembershipService.RequireReach(actor, role);
        var token = ids.NewId();
        db.Invitations.Add(
            new Invitation
            {
                AppId = appId,
                Role = role,
                Hash = Secrets.Hash(token),
                CreatedById = actorId,
                CreatedAt = Now,
                ExpiresAt = Now + lifetime,
            }
        );
        await db.SaveChangesAsync(ct);
        changes.Publish(appId, ChangedNoun.Members);
        return token;
    }

    /// <summary>The app's invitations that can be spent, the newest first.</summary>
    public async Task<IReadOnlyList<OpenInvitation>> ListAsync(long appId, CancellationToken ct)
    {
        var now = Now;
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await (
            from i in db.Invitations
            join u in db.Users on i.CreatedById equals u.Id
            where i.AppId == appId && i.EndedAt == null && i.ExpiresAt > now
            orderby i.Id descending
            select new OpenInvitation(i.Id, i.Role, u.UserName!, i.ExpiresAt)
        ).ToListAsync(ct);
    }

    public async Task WithdrawAsync(long appId, long invitationId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var invitation =
            await db.Invitations.SingleOrDefaultAsync(
                i => i.Id == invitationId && i.AppId == appId && i.EndedAt == null,
                ct
            ) ?? throw new PortalException(StatusCode.DoesNotExist, "This invitation was spent or withdrawn already.");
        invitation.EndedAt = Now;
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        changes.Publish(appId, ChangedNoun.Members);
    }

    /// <summary>
    /// What a token invites to, or null when it cannot be spent: unknown, spent, withdrawn, too old, or from somebody
    /// who may not give its role any more.
    /// </summary>
    public async Task<InvitationView?> FindAsync(string token, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await (
            from i in Spendable(db, token)
            join a in db.Apps on i.AppId equals a.Id
            join owner in db.Users on a.OwnerId equals owner.Id
            join inviter in db.Users on i.CreatedById equals inviter.Id
            select new InvitationView(owner.UserName!, a.ExternalId, a.Name, i.Role, inviter.UserName!, i.ExpiresAt)
        ).SingleOrDefaultAsync(ct);
    }

    /// <summary>Spends a token for somebody new, who takes an id that is free.</summary>
    /// <exception cref="PortalException"><see cref="StatusCode.DuplicateId"/> for a taken id, which leaves the
    /// invitation unspent; <see cref="StatusCode.DoesNotExist"/> for a token that cannot be spent.</exception>
    public async Task<(PortalUser User, InvitationView Invitation)> JoinAsNewAsync(
        string token,
        string userId,
        CancellationToken ct
    )
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var view = await FindAsync(token, ct) ?? throw Gone();
        // The invitation and its newcomer are one transaction: a taken id spends nothing, and a spent invitation makes
        // nobody.
        var appId = await SpendAsync(db, token, ct);
        var user = await users.AddAsync(db, userId, ct);
        db.Memberships.Add(
            new Membership
            {
                AppId = appId,
                UserId = user.Id,
                Role = view.Role,
                CreatedAt = Now,
            }
        );
        AuditSpent(db, appId, user.Id, view);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        changes.Publish(appId, ChangedNoun.Members);
        return (user, view);
    }

    /// <summary>Spends a token for a user. A member keeps the higher of both roles.</summary>
    public async Task<InvitationView> JoinAsync(string token, long userId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var view = await FindAsync(token, ct) ?? throw Gone();
        var appId = await SpendAsync(db, token, ct);
        var member = await db.Memberships.SingleOrDefaultAsync(m => m.AppId == appId && m.UserId == userId, ct);
        if (member is null)
        {
            db.Memberships.Add(
                new Membership
                {
                    AppId = appId,
                    UserId = userId,
                    Role = view.Role,
                    CreatedAt = Now,
                }
            );
        }
        else if (member.Role < view.Role)
        {
            member.Role = view.Role;
        }

        AuditSpent(db, appId, userId, view);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        changes.Publish(appId, ChangedNoun.Members);
        return view;
    }

    /// <summary>Spending is one statement past the change tracker, and is told here.</summary>
    private static void AuditSpent(PortalDbContext db, long appId, long userId, InvitationView view) =>
        db.Audit(
            AuditKind.InvitationSpent,
            appId,
            "",
            from: $"invited by {view.InvitedBy}",
            to: view.Role.Word(),
            userId: userId
        );

    private async Task<long> SpendAsync(PortalDbContext db, string token, CancellationToken ct)
    {
        var (hash, now) = (Secrets.Hash(token), Now);
        // One statement both checks and spends, so two requests cannot use the same link.
        var spent = await Spendable(db, token).ExecuteUpdateAsync(set => set.SetProperty(i => i.EndedAt, now), ct);
        return spent == 0
            ? throw Gone()
            : await db.Invitations.Where(i => i.Hash == hash).Select(i => i.AppId).SingleAsync(ct);
    }

    private IQueryable<Invitation> Spendable(PortalDbContext db, string token)
    {
        var (hash, now, least) = (Secrets.Hash(token), Now, Permission.ManageMembers.LeastRole());
        return db.Invitations.Where(i =>
            i.Hash == hash
            && i.EndedAt == null
            && i.ExpiresAt > now
            && db.Apps.Any(a => a.Id == i.AppId && a.DeletedAt == null)
            && db.Memberships.Any(m =>
                m.AppId == i.AppId && m.UserId == i.CreatedById && m.Role >= least && m.Role >= i.Role
            )
        );
    }

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    private static PortalException Gone() =>
        new(StatusCode.DoesNotExist, "This invitation was used, withdrawn, or is too old. Ask for a new one.");
}
