using System.Globalization;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Data;
using Portal.Core.Domain.Audit;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Audit;

namespace Portal.Core.Services.Users;

/// <summary>
/// What people change about how they sign in. Each change needs a proof that it is them: the current password, or
/// having signed in with a link within the hour.
/// </summary>
public sealed class AccountService(
    IServiceScopeFactory scopes,
    CredentialService credentials,
    SessionService sessions,
    TimeProvider clock
)
{
    private const string Issuer = "AutoAnnotate";
    private const int RecoveryCodes = 10;

    public Task<Account> GetAsync(long userId, CancellationToken ct) =>
        WithUserAsync(
            userId,
            async (manager, _, user) =>
                new Account(
                    user.UserName!,
                    user.PasswordHash is not null,
                    user.TwoFactorEnabled,
                    user.TwoFactorEnabled ? await manager.CountRecoveryCodesAsync(user) : 0
                ),
            ct
        );

    /// <summary>Sets or changes the password, and ends the person's other sessions.</summary>
    /// <param name="current">The password so far; needed unless the session is fresh from a link.</param>
    public async Task SetPasswordAsync(
        long userId,
        Session session,
        string? current,
        string password,
        CancellationToken ct
    )
    {
        await ProveAsync(userId, session, current, ct);
        var ended = await WithUserAsync(
            userId,
            async (manager, db, user) =>
            {
                if (user.PasswordHash is not null)
                {
                    Require(await manager.RemovePasswordAsync(user));
                }

                Require(await manager.AddPasswordAsync(user, password));
                (user.AccessFailedCount, user.LockoutEnd) = (0, null);
                return await SessionService.MarkEndedAsync(
                    db,
                    userId,
                    s => s.Id != session.Id,
                    clock.GetUtcNow().UtcDateTime,
                    ct
                );
            },
            ct
        );
        sessions.Forget(ended);
    }

    /// <summary>
    /// The key to give to an authenticator app; it counts from <see cref="EnableAuthenticatorAsync"/> on, and stays the
    /// same until then.
    /// </summary>
    public Task<AuthenticatorKey> NewAuthenticatorAsync(long userId, CancellationToken ct) =>
        WithUserAsync(
            userId,
            async (manager, _, user) =>
            {
                if (user.TwoFactorEnabled)
                {
                    throw Refused("There is an authenticator app already. Turn it off first.");
                }

                if (await manager.GetAuthenticatorKeyAsync(user) is null)
                {
                    Require(await manager.ResetAuthenticatorKeyAsync(user));
                }

                var secret = (await manager.GetAuthenticatorKeyAsync(user))!;
                return new AuthenticatorKey(
                    secret,
                    $"otpauth://totp/{Issuer}:{Uri.EscapeDataString(user.UserName!)}?secret={secret}&issuer={Issuer}"
                );
            },
            ct
        );

    /// <summary>From now on signing in with a password needs a code too.</summary>
    /// <param name="code">What the app shows, which proves that it has the key.</param>
    /// <returns>Recovery codes, to be shown once: only their hashes are kept.</returns>
    public async Task<IReadOnlyList<string>> EnableAuthenticatorAsync(
        long userId,
        Session session,
        string? current,
        string code,
        CancellationToken ct
    )
    {
        await ProveAsync(userId, session, current, ct);
        return await WithUserAsync(
            userId,
            async (manager, db, user) =>
            {
                if (user.PasswordHash is null)
                {
                    throw Refused("The codes guard the password, and there is none yet. Set a password first.");
                }

                if (user.TwoFactorEnabled)
                {
                    throw Refused("There is an authenticator app already. Turn it off first.");
                }

                if (
                    !await manager.VerifyTwoFactorTokenAsync(
                        user,
                        TokenOptions.DefaultAuthenticatorProvider,
                        code.Replace(" ", "", StringComparison.Ordinal)
                    )
                )
                {
                    throw Refused(
                        "That is not the code the app shows now. Check that its clock and the portal's agree, and "
                            + "type the next one."
                    );
                }

                Require(await manager.SetTwoFactorEnabledAsync(user, true));
                return await NewRecoveryCodesAsync(manager, db, user);
            },
            ct
        );
    }

    public async Task DisableAuthenticatorAsync(long userId, Session session, string? current, CancellationToken ct)
    {
        await ProveAsync(userId, session, current, ct);
        await WithUserAsync(
            userId,
            async (manager, _, user) =>
            {
                Require(await manager.SetTwoFactorEnabledAsync(user, false));
                Require(await manager.ResetAuthenticatorKeyAsync(user));
                user.LastCodeStep = null;
                await manager.GenerateNewTwoFactorRecoveryCodesAsync(user, 0);
                return true;
            },
            ct
        );
    }

    /// <summary>Makes new recovery codes; the old ones work no more.</summary>
    public async Task<IReadOnlyList<string>> RenewRecoveryCodesAsync(
        long userId,
        Session session,
        string? current,
        CancellationToken ct
    )
    {
        await ProveAsync(userId, session, current, ct);
        return await WithUserAsync(
            userId,
            (manager, db, user) =>
                user.TwoFactorEnabled
                    ? NewRecoveryCodesAsync(manager, db, user)
                    : throw Refused("There is no authenticator app, so there is nothing to recover."),
            ct
        );
    }

    private async Task ProveAsync(long userId, Session session, string? current, CancellationToken ct)
    {
        if (session.UserId == userId && session.IsFreshFromLink(clock.GetUtcNow().UtcDateTime))
        {
            return;
        }

        var account = await GetAsync(userId, ct);
        if (!account.HasPassword)
        {
            throw Refused(
                "This account has no password, and the sign-in link was used more than an hour ago. Sign in with a "
                    + "new link, and set the password then."
            );
        }

        if (
            (
                await credentials.CheckPasswordAsync(
                    account.UserId,
                    current ?? "",
                    new KnownBrowser(session.UserId, session.Id),
                    ct
                )
            ).User
            is null
        )
        {
            throw Refused(
                $"That is not the current password. After {Lockout.FreeTries} wrong ones the account waits before "
                    + $"it takes another."
            );
        }
    }

    private async Task<T> WithUserAsync<T>(
        long userId,
        Func<UserManager<PortalUser>, PortalDbContext, PortalUser, Task<T>> work,
        CancellationToken ct
    )
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<PortalDbContext>();
        var manager = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var user =
            await manager.FindByIdAsync(userId.ToString(CultureInfo.InvariantCulture))
            ?? throw new PortalException(StatusCode.DoesNotExist, "This account is gone.");
        var result = await work(manager, db, user);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return result;
    }

    private static async Task<IReadOnlyList<string>> NewRecoveryCodesAsync(
        UserManager<PortalUser> manager,
        PortalDbContext db,
        PortalUser user
    )
    {
        db.Audit(AuditKind.RecoveryCodesMade, null, user.UserName!);
        return [.. await manager.GenerateNewTwoFactorRecoveryCodesAsync(user, RecoveryCodes) ?? []];
    }

    private static void Require(IdentityResult result)
    {
        if (!result.Succeeded)
        {
            throw Refused(string.Join(" ", result.Errors.Select(e => e.Description)));
        }
    }

    private static PortalException Refused(string message) => new(StatusCode.InvalidRequest, message);
}
