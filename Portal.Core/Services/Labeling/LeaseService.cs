using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Annotations;

namespace Portal.Core.Services.Labeling;

/// <summary>Hands inputs out to one place at a time. What is left open comes back by itself.</summary>
public sealed class LeaseService(IDbContextFactory<PortalDbContext> contexts, TimeProvider clock)
{
    /// <summary>How long an input stays with its holder unless the lease is renewed.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromMinutes(3);

    /// <summary>Takes inputs that nobody holds, in the order wanted.</summary>
    /// <param name="take">How many at most.</param>
    /// <returns>Those taken: fewer when others were quicker.</returns>
    public async Task<IReadOnlyList<long>> TakeAsync(
        long appId,
        string holder,
        IReadOnlyList<long> wanted,
        int take,
        CancellationToken ct
    )
    {
        if (wanted.Count == 0)
        {
            return [];
        }

        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // A lease that lies further ahead than any can was given before the clock was set back.
        await db
            .InputLeases.Where(l => l.AppId == appId && (l.ExpiresAt <= Now || l.ExpiresAt > Now + Duration))
            .ExecuteDeleteAsync(ct);
        var held = await db.InputLeases.Where(l => wanted.Contains(l.InputId)).Select(l => l.InputId).ToListAsync(ct);
        List<long> taken = [.. wanted.Distinct().Except(held).Take(take)];
        db.InputLeases.AddRange(
            taken.Select(id => new InputLease
            {
                InputId = id,
                AppId = appId,
                Holder = holder,
                ExpiresAt = Now + Duration,
            })
        );
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return taken;
    }

    /// <summary>Keeps everything a holder has for another <see cref="Duration"/>.</summary>
    public async Task RenewAsync(long appId, string holder, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await db
            .InputLeases.Where(l => l.AppId == appId && l.Holder == holder && l.ExpiresAt > Now)
            .ExecuteUpdateAsync(set => set.SetProperty(l => l.ExpiresAt, Now + Duration), ct);
    }

    /// <summary>Gives back what a holder has: the inputs named, or everything.</summary>
    public async Task ReleaseAsync(long appId, string holder, IReadOnlyCollection<long>? inputIds, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await db
            .InputLeases.Where(l =>
                l.AppId == appId && l.Holder == holder && (inputIds == null || inputIds.Contains(l.InputId))
            )
            .ExecuteDeleteAsync(ct);
    }

    private DateTime Now => clock.GetUtcNow().UtcDateTime;
}
