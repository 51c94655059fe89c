using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Core.Data;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Platform;
using Portal.Core.Services.Runs;

namespace Portal.Core.Services.Inputs;

/// <summary>A worker's right to finish an input: it holds as long as the input still carries the token.</summary>
public sealed record InputClaim(Input Input, long Token);

/// <summary>
/// Hands inputs to workers. The claim, and with it the attempt, is on disk before a pixel is decoded.
/// </summary>
public sealed partial class InputQueue(
    IDbContextFactory<PortalDbContext> contexts,
    RunService runs,
    IOptions<IngestOptions> options,
    TimeProvider clock,
    ChangeFeed changes,
    ILogger<InputQueue> log
)
{
    private const int FirstOnes = 1000;
    private long _lastToken;

    /// <summary>
    /// Puts back what a stopped process had claimed, and tries again what was held. Only one process opens a data
    /// directory, so every claim found at start is stale.
    /// </summary>
    public async Task RecoverAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await Held(db).ExecuteUpdateAsync(set => set.SetProperty(i => i.StatusDetail, (string?)null), ct);
        await InProgress(db)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(i => i.Status, StatusCode.InputPending)
                        .SetProperty(i => i.LeaseUntil, (DateTime?)null),
                ct
            );
    }

    /// <summary>
    /// Claims the oldest waiting inputs, and with them the workflow version each is to run. An input that was claimed
    /// before and never finished runs alone: it is handed out when no other claim is open, and until it ends no other
    /// is made, so that what it takes down with it is not held against its neighbours. After
    /// <see cref="IngestOptions.MaxAttempts"/> claims it is set aside as failed.
    /// </summary>
    /// <returns>The claims; empty when nothing waits, or what waits must not run beside what is running.</returns>
    public async Task<IReadOnlyList<InputClaim>> ClaimAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // Read once this is the only writer: a lease that lies further ahead than any can was then given before the
        // clock was set back.
        var now = Now;
        var latest = now + options.Value.Lease;
        // Asked for one by one, each comes in its order from the index; asked for together, all that waits would be
        // sorted.
        var pending = await Pending(db)
            .Where(i => i.DeletedAt == null)
            .OrderBy(i => i.Id)
            .Take(options.Value.BatchSize)
            .ToListAsync(ct);
        var lapsed = await InProgress(db)
            .Where(i => i.DeletedAt == null && (i.LeaseUntil < now || i.LeaseUntil > latest))
            .OrderBy(i => i.Id)
            .Take(options.Value.BatchSize)
            .ToListAsync(ct);
        var waiting = pending.Concat(lapsed).OrderBy(i => i.Id).Take(options.Value.BatchSize).ToList();
        if (waiting.Count == 0)
        {
            return [];
        }

        var isRetry = waiting[0].Attempts > 0;
        if (
            await InProgress(db)
                .AnyAsync(i => i.LeaseUntil >= now && i.LeaseUntil <= latest && (isRetry || i.Attempts > 1), ct)
        )
        {
            return [];
        }

        var batch = isRetry ? [waiting[0]] : waiting.TakeWhile(i => i.Attempts == 0).ToList();
        if (batch[0].Attempts >= options.Value.MaxAttempts)
        {
            SetAside(batch[0]);
            await db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
            CountFailed(1);
            changes.Publish(batch[0].AppId, ChangedNoun.Inputs);
            return await ClaimAsync(ct);
        }

        var appIds = batch.Select(i => i.AppId).Distinct().ToList();
        var defaults = await db
            .Apps.Where(a => appIds.Contains(a.Id))
            .ToDictionaryAsync(a => a.Id, a => a.DefaultWorkflowVersionId, ct);
        var token = NextToken();
        foreach (var input in batch)
        {
            input.Status = StatusCode.InputInProgress;
            input.ClaimToken = token;
            input.LeaseUntil = latest;
            input.Attempts++;
            input.WorkflowVersionId ??= defaults[input.AppId];
        }
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return [.. batch.Select(i => new InputClaim(i, token))];
    }

    /// <summary>
    /// Ends a claim: embedding, annotations, run and the input's state in one transaction. A claim that was lost
    /// commits nothing.
    /// </summary>
    /// <param name="vector">The current embedder's.</param>
    /// <param name="past">Those of earlier embedders that the claim's workflow reads, by embedder.</param>
    public async Task CommitAsync(
        InputClaim claim,
        Half[] vector,
        CancellationToken ct,
        IReadOnlyDictionary<long, Half[]>? past = null
    )
    {
        var input = claim.Input;
        var processed = await runs.ProcessAsync(input, vector, past, ct);
        using var resolving = Telemetry.Begin("resolve");

        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var finished = await Claimed(db, claim.Token)
            .Where(i => i.Id == input.Id)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(i => i.Status, StatusCode.InputSuccess)
                        .SetProperty(i => i.StatusDetail, (string?)null)
                        .SetProperty(i => i.LeaseUntil, (DateTime?)null)
                        .SetProperty(i => i.ProcessedAt, processed.At),
                ct
            );
        if (finished == 0)
        {
            Telemetry.InputsProcessed.Add(1, new KeyValuePair<string, object?>("outcome", "lost"));
            LogClaimLost(log, input.ExternalId);
            return;
        }

        await runs.SaveAsync(db, processed, ct);
        await transaction.CommitAsync(ct);
        Telemetry.InputsProcessed.Add(1, new KeyValuePair<string, object?>("outcome", "success"));
        changes.Publish(input.AppId, ChangedNoun.Inputs);
        if (processed.Outcome is not null)
        {
            changes.Publish(input.AppId, ChangedNoun.Annotations);
        }
    }

    /// <summary>Gives unfinished claims back.</summary>
    /// <param name="countAttempt">Whether the attempt still counts; without it, it is as if the claim had not been
    /// made.</param>
    public async Task ReleaseAsync(IReadOnlyCollection<InputClaim> claims, bool countAttempt, CancellationToken ct)
    {
        var taken = countAttempt ? 0 : 1;
        if (claims.Count == 0)
        {
            return;
        }

        var inputIds = claims.Select(c => c.Input.Id).ToList();
        var token = claims.First().Token;
        await using var db = await contexts.CreateDbContextAsync(ct);
        await Claimed(db, token)
            .Where(i => inputIds.Contains(i.Id))
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(i => i.Status, StatusCode.InputPending)
                        .SetProperty(i => i.LeaseUntil, (DateTime?)null)
                        .SetProperty(i => i.Attempts, i => i.Attempts - taken),
                ct
            );
    }

    /// <summary>
    /// Gives a claim back until the app has another default workflow: what its workflow needs is not there. The input
    /// waits with the reason, and runs the default workflow of then. Where there is another one already, it does not
    /// wait.
    /// </summary>
    /// <param name="reason">For people to read.</param>
    public async Task HoldAsync(InputClaim claim, string reason, CancellationToken ct)
    {
        var versionId = claim.Input.WorkflowVersionId;
        await using var db = await contexts.CreateDbContextAsync(ct);
        await Claimed(db, claim.Token)
            .Where(i => i.Id == claim.Input.Id)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(
                            i => i.StatusDetail,
                            i =>
                                db.Apps.Any(a => a.Id == i.AppId && a.DefaultWorkflowVersionId == versionId)
                                    ? reason
                                    : null
                        )
                        .SetProperty(i => i.Status, StatusCode.InputPending)
                        .SetProperty(i => i.LeaseUntil, (DateTime?)null)
                        .SetProperty(i => i.WorkflowVersionId, (long?)null)
                        .SetProperty(i => i.Attempts, i => i.Attempts - 1),
                ct
            );
        changes.Publish(claim.Input.AppId, ChangedNoun.Inputs);
    }

    /// <summary>
    /// Lets the held inputs of an app run, inside a transaction of the caller's that gives the app another default
    /// workflow.
    /// </summary>
    /// <returns>How many there were.</returns>
    internal static Task<int> ReleaseHeldAsync(PortalDbContext db, long appId, CancellationToken ct) =>
        Held(db)
            .Where(i => i.AppId == appId)
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.StatusDetail, (string?)null), ct);

    /// <summary>Whether an input waits for a worker, in any app.</summary>
    public async Task<bool> IsBusyAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await Pending(db).AnyAsync(i => i.DeletedAt == null, ct);
    }

    /// <summary>Ends a claim with a reason for people to read.</summary>
    public async Task FailAsync(InputClaim claim, string reason, CancellationToken ct)
    {
        var now = Now;
        await using var db = await contexts.CreateDbContextAsync(ct);
        var failed = await Claimed(db, claim.Token)
            .Where(i => i.Id == claim.Input.Id)
            .ExecuteUpdateAsync(
                set =>
                    set.SetProperty(i => i.Status, StatusCode.InputFailed)
                        .SetProperty(i => i.StatusDetail, reason)
                        .SetProperty(i => i.LeaseUntil, (DateTime?)null)
                        .SetProperty(i => i.ProcessedAt, now)
                        .SetProperty(i => i.ModifiedAt, now),
                ct
            );
        CountFailed(failed);
        changes.Publish(claim.Input.AppId, ChangedNoun.Inputs);
    }

    /// <summary>How much there is to do, over all apps, apart from what is held.</summary>
    public async Task<QueueDepth> DepthAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var waiting = Pending(db).Where(i => i.DeletedAt == null);
        var first = await waiting.OrderBy(i => i.Id).Select(i => (DateTime?)i.CreatedAt).FirstOrDefaultAsync(ct);
        var inProgress = InProgress(db).Where(i => i.DeletedAt == null);
        // What was begun before is among the oldest.
        var again =
            await waiting.OrderBy(i => i.Id).Take(FirstOnes).CountAsync(i => i.Attempts > 0, ct)
            + await inProgress.CountAsync(i => i.Attempts > 1, ct);
        return new QueueDepth(
            await waiting.CountAsync(ct),
            await inProgress.CountAsync(ct),
            first is { } since && since < Now ? Now - since : TimeSpan.Zero,
            again
        );
    }

    private static IQueryable<Input> Pending(PortalDbContext db) =>
        db.Inputs.Where(i => i.Status == StatusCode.InputPending && i.StatusDetail == null);

    /// <summary>What waits for more than a worker.</summary>
    internal static IQueryable<Input> Held(PortalDbContext db) =>
        db.Inputs.Where(i => i.Status == StatusCode.InputPending && i.StatusDetail != null);

    private static IQueryable<Input> InProgress(PortalDbContext db) =>
        db.Inputs.Where(i => i.Status == StatusCode.InputInProgress);

    /// <summary>What a claim still holds: nothing of it once another has the input.</summary>
    private static IQueryable<Input> Claimed(PortalDbContext db, long token) =>
        InProgress(db).Where(i => i.ClaimToken == token);

    private static void CountFailed(int count) =>
        Telemetry.InputsProcessed.Add(count, new KeyValuePair<string, object?>("outcome", "failed"));

    private void SetAside(Input input)
    {
        input.Status = StatusCode.InputFailed;
        input.StatusDetail =
            $"Working on this picture was cut short {input.Attempts} times, so it was set aside. It may be damaged; "
            + $"retry it, or upload it again re-saved.";
        input.LeaseUntil = null;
        input.ProcessedAt = input.ModifiedAt = Now;
    }

    // Microseconds since 1970, and always more than the last: unique in this process, and later than any token of an
    // earlier one.
    private long NextToken()
    {
        var candidate = (Now - DateTime.UnixEpoch).Ticks / 10;
        long last,
            next;
        do
        {
            last = Interlocked.Read(ref _lastToken);
            next = Math.Max(candidate, last + 1);
        } while (Interlocked.CompareExchange(ref _lastToken, next, last) != last);
        return next;
    }

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    [LoggerMessage(LogLevel.Warning, "The claim on input {InputId} was lost; its result is dropped")]
    private static partial void LogClaimLost(ILogger log, string inputId);
}
