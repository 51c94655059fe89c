using System.Collections.Concurrent;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Data;
using Portal.Core.Domain.Audit;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Audit;

namespace Portal.Core.Services.Users;

/// <summary>
/// Checks passwords and codes. Wrong ones are counted, and too many lock the account for a growing time
/// (<see cref="Lockout"/>). A user that does not exist, has no password or is locked out is refused like a wrong
/// password, after the same work. A browser in which the user signed in before has its own count instead of the
/// account's, so that nobody keeps a person out by guessing.
/// </summary>
public sealed class CredentialService(
    IDbContextFactory<PortalDbContext> contexts,
    IServiceScopeFactory scopes,
    IPasswordHasher<PortalUser> hasher,
    TimeProvider clock
) : IDisposable
{
    private const int Stripes = 16;
    private static readonly PortalUser Nobody = new();
    private readonly string _decoy = hasher.HashPassword(Nobody, Guid.NewGuid().ToString());

    /// <summary>Wrong tries of known browsers, by the session that made them known; a restart forgets them.</summary>
    private readonly ConcurrentDictionary<long, (int Failures, DateTimeOffset LockedUntil)> _known = new();

    // Tries on one account go one after another, or many at once would all be free.
    private readonly SemaphoreSlim[] _slots = [.. Enumerable.Range(0, Stripes).Select(_ => new SemaphoreSlim(1))];

    /// <param name="browser">What the browser says it was used for before; it counts for that user alone.</param>
    public async Task<PasswordCheck> CheckPasswordAsync(
        string userId,
        string password,
        KnownBrowser? browser,
        CancellationToken ct
    )
    {
        var normalized = userId.ToUpperInvariant();
        using var slot = await TakeSlotAsync(normalized, ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var user = await db.Users.SingleOrDefaultAsync(u => u.NormalizedUserName == normalized, ct);
        var known = browser is not null && browser.UserKey == user?.Id ? browser : null;
        var verdict = Verify(user, password, known);
        if (verdict == PasswordVerificationResult.Failed)
        {
            await CountFailureAsync(db, user, known, ct);
            return default;
        }
        if (verdict == PasswordVerificationResult.SuccessRehashNeeded)
        {
            user!.PasswordHash = hasher.HashPassword(user, password);
        }
        // With a second factor, only its code ends the row of failures: a known password must not make guesses at the
        // code free.
        if (!user!.TwoFactorEnabled)
        {
            ForgetFailures(user, known);
        }

        await db.SaveChangesAsync(ct);
        return new PasswordCheck(user, user.TwoFactorEnabled);
    }

    /// <summary>Checks a code of the authenticator app, or a recovery code, which works once.</summary>
    /// <param name="browser">As for <see cref="CheckPasswordAsync"/>.</param>
    public async Task<bool> CheckCodeAsync(long userId, string code, KnownBrowser? browser, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var manager = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        var db = scope.ServiceProvider.GetRequiredService<PortalDbContext>();
        var name = await db.Users.Where(u => u.Id == userId).Select(u => u.NormalizedUserName!).SingleAsync(ct);
        using var slot = await TakeSlotAsync(name, ct);
        var user = await db.Users.SingleAsync(u => u.Id == userId, ct);
        var known = browser?.UserKey == userId ? browser : null;
        var isRight =
            !IsLocked(user, known)
            && user.TwoFactorEnabled
            && await AcceptAsync(manager, db, user, code.Replace(" ", "", StringComparison.Ordinal));
        if (!isRight)
        {
            await CountFailureAsync(db, user, known, ct);
            return false;
        }
        ForgetFailures(user, known);
        await db.SaveChangesAsync(ct);
        return true;
    }

    public void Dispose()
    {
        foreach (var slot in _slots)
        {
            slot.Dispose();
        }
    }

    private static async Task<bool> AcceptAsync(
        UserManager<PortalUser> manager,
        PortalDbContext db,
        PortalUser user,
        string code
    )
    {
        if (await manager.VerifyTwoFactorTokenAsync(user, TokenOptions.DefaultAuthenticatorProvider, code))
        {
            return true;
        }

        if (!(await manager.RedeemTwoFactorRecoveryCodeAsync(user, code.ToUpperInvariant())).Succeeded)
        {
            return false;
        }

        db.Audit(AuditKind.RecoveryCodeUsed, null, user.UserName!, userId: user.Id);
        return true;
    }

    private PasswordVerificationResult Verify(PortalUser? user, string password, KnownBrowser? known)
    {
        var own = user is not null && !IsLocked(user, known) ? user.PasswordHash : null;
        var verdict = hasher.VerifyHashedPassword(user ?? Nobody, own ?? _decoy, password);
        return own is null ? PasswordVerificationResult.Failed : verdict;
    }

    private async Task CountFailureAsync(
        PortalDbContext db,
        PortalUser? user,
        KnownBrowser? known,
        CancellationToken ct
    )
    {
        // What is tried while the account is locked does not lock it for longer, or anybody could keep its owner out
        // for good.
        if (user is not null && !IsLocked(user, known))
        {
            var now = clock.GetUtcNow();
            if (known is not null)
            {
                var failures = _known.GetValueOrDefault(known.SessionKey).Failures + 1;
                _known[known.SessionKey] = (failures, now + Lockout.After(failures));
            }
            else
            {
                user.AccessFailedCount++;
                if (Lockout.After(user.AccessFailedCount) is { Ticks: > 0 } time)
                {
                    user.LockoutEnd = now + time;
                }
            }
        }
        db.Audit(AuditKind.SignInFailed, null, user?.UserName ?? "", to: Actor.Current?.Address, userId: user?.Id);
        await db.SaveChangesAsync(ct);
    }

    private void ForgetFailures(PortalUser user, KnownBrowser? known)
    {
        (user.AccessFailedCount, user.LockoutEnd) = (0, null);
        if (known is not null)
        {
            _known.TryRemove(known.SessionKey, out _);
        }
    }

    private bool IsLocked(PortalUser user, KnownBrowser? known)
    {
        var until = known is null ? user.LockoutEnd : _known.GetValueOrDefault(known.SessionKey).LockedUntil;
        // A lock that lasts for longer than any was made before the clock was set back.
        return until > clock.GetUtcNow() && until <= clock.GetUtcNow() + Lockout.Longest;
    }

    private async Task<Slot> TakeSlotAsync(string normalizedName, CancellationToken ct)
    {
        var slots = _slots[(uint)normalizedName.GetHashCode(StringComparison.Ordinal) % Stripes];
        await slots.WaitAsync(ct);
        return new Slot(slots);
    }

    private readonly struct Slot(SemaphoreSlim slots) : IDisposable
    {
        public void Dispose() => slots.Release();
    }
}
