using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Users;

namespace Portal.Core.Services.Users;

/// <summary>
/// Sessions: begun, listed, ended. Every request asks whether its own is live, so live ones are kept in memory; only
/// this process writes them.
/// </summary>
public sealed class SessionService(IDbContextFactory<PortalDbContext> contexts, TimeProvider clock)
{
    private const int MaxKept = 10_000;
    private const int MaxAddress = 64;

    // Once a minute is enough to see that a session is used, and spares a write per request.
    private static readonly TimeSpan SeenInterval = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<long, Session> _live = new();

    /// <param name="browser">In words.</param>
    public async Task<Session> StartAsync(
        long userId,
        SignInMethod method,
        string address,
        string browser,
        CancellationToken ct
    )
    {
        var session = new Session
        {
            UserId = userId,
            Method = method,
            StartedAt = Now,
            LastSeenAt = Now,
            Address = address[..Math.Min(MaxAddress, address.Length)],
            Browser = browser,
        };
        await using var db = await contexts.CreateDbContextAsync(ct);
        db.Sessions.Add(session);
        await db.SaveChangesAsync(ct);
        return session;
    }

    /// <summary>
    /// The session, if it is one of the user's and has neither been ended nor run out; null otherwise.
    /// </summary>
    /// <param name="isUse">Whether asking counts as using it, so that it does not run out.</param>
    public async Task<Session?> FindLiveAsync(long userId, long sessionId, bool isUse, CancellationToken ct)
    {
        if (!_live.TryGetValue(sessionId, out var session))
        {
            await using var db = await contexts.CreateDbContextAsync(ct);
            session = await db.Sessions.AsNoTracking().SingleOrDefaultAsync(s => s.Id == sessionId, ct);
            if (session?.IsLive(Now) != true)
            {
                return null;
            }

            if (_live.Count >= MaxKept)
            {
                _live.Clear();
            }

            _live[sessionId] = session;
            // It may have been ended between the reading and the keeping.
            if (!await db.Sessions.AnyAsync(s => s.Id == sessionId && s.EndedAt == null, ct))
            {
                _live.TryRemove(sessionId, out _);
            }
        }
        if (session.UserId != userId || !session.IsLive(Now))
        {
            return null;
        }
        // The clock may have been set back since.
        if (isUse && (Now - session.LastSeenAt).Duration() > SeenInterval)
        {
            await SetSeenAsync(session, ct);
        }

        return session;
    }

    /// <summary>A user's live sessions, the last used first.</summary>
    public async Task<IReadOnlyList<Session>> ListAsync(long userId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var open = await db.Sessions.AsNoTracking().Where(s => s.UserId == userId && s.EndedAt == null).ToListAsync(ct);
        return [.. open.Where(s => s.IsLive(Now)).OrderByDescending(s => s.LastSeenAt)];
    }

    /// <summary>Ends one session of a user; one that is over already stays as it is.</summary>
    public Task EndAsync(long userId, long sessionId, CancellationToken ct) =>
        EndAsync(userId, s => s.Id == sessionId, ct);

    /// <summary>Ends all sessions of a user but one.</summary>
    /// <param name="keptId">Null ends every one.</param>
    public Task EndOthersAsync(long userId, long? keptId, CancellationToken ct) =>
        EndAsync(userId, s => s.Id != keptId, ct);

    /// <summary>
    /// Ends sessions inside a transaction of the caller's, who calls <see cref="Forget"/> after the commit.
    /// </summary>
    internal static async Task<IReadOnlyList<Session>> MarkEndedAsync(
        PortalDbContext db,
        long userId,
        Func<Session, bool> which,
        DateTime now,
        CancellationToken ct
    )
    {
        var ended = (await db.Sessions.Where(s => s.UserId == userId && s.EndedAt == null).ToListAsync(ct))
            .Where(which)
            .ToList();
        foreach (var session in ended)
        {
            session.EndedAt = now;
        }

        await db.SaveChangesAsync(ct);
        return ended;
    }

    internal void Forget(IReadOnlyList<Session> ended)
    {
        foreach (var session in ended)
        {
            _live.TryRemove(session.Id, out _);
        }
    }

    private async Task EndAsync(long userId, Func<Session, bool> which, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        Forget(await MarkEndedAsync(db, userId, which, Now, ct));
    }

    private async Task SetSeenAsync(Session session, CancellationToken ct)
    {
        var now = Now;
        session.LastSeenAt = now;
        await using var db = await contexts.CreateDbContextAsync(ct);
        await db
            .Sessions.Where(s => s.Id == session.Id && s.EndedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.LastSeenAt, now), ct);
    }

    private DateTime Now => clock.GetUtcNow().UtcDateTime;
}
