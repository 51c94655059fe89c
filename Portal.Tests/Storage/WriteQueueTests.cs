using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Data.Sqlite;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Concepts;
using Portal.Tests.Support;

namespace Portal.Tests.Storage;

public sealed class WriteQueueTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task People_go_before_background_work_which_has_each_tenth_turn()
    {
        var (queue, order, all) = (new WriteQueue(), new List<string>(), new List<Task>());
        await queue.TakeAsync(Long, Ct);
        for (var i = 1; i <= 2; i++)
        {
            all.Add(WriteAsync(queue, order, $"background {i}", true));
        }

        for (var i = 1; i <= 11; i++)
        {
            all.Add(WriteAsync(queue, order, $"person {i}", false));
        }

        queue.Release();
        await Task.WhenAll(all);

        Assert.Equal(
            [
                .. Enumerable.Range(1, 9).Select(i => $"person {i}"),
                "background 1",
                "person 10",
                "person 11",
                "background 2",
            ],
            order
        );
    }

    [Fact]
    public async Task Whoever_waits_too_long_is_told_that_the_database_is_busy_and_takes_no_turn()
    {
        var queue = new WriteQueue();
        await queue.TakeAsync(Long, Ct);

        var busy = await Assert.ThrowsAsync<SqliteException>(() => queue.TakeAsync(TimeSpan.FromMilliseconds(1), Ct));

        Assert.Equal(5, busy.SqliteErrorCode);
        queue.Release();
        await queue.TakeAsync(TimeSpan.Zero, Ct);
    }

    [Fact]
    public async Task Whoever_leaves_while_waiting_takes_no_turn()
    {
        var queue = new WriteQueue();
        await queue.TakeAsync(Long, Ct);
        using var leaving = new CancellationTokenSource();
        var left = queue.TakeAsync(Long, leaving.Token);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);

        queue.Release();
        await queue.TakeAsync(TimeSpan.Zero, Ct);
    }

    /// <summary>
    /// However a write ends, the next one gets its turn, which it would otherwise wait for half a minute for.
    /// </summary>
    [Fact]
    public async Task A_turn_ends_with_a_commit_a_rollback_a_transaction_that_is_left_a_statement_and_a_failure()
    {
        await using var host = await CoreHost.StartAsync(workers: false);
        // Out of the pool before, so that it is none of those that are given back below.
        await using var next = host.Db();
        await using (var db = host.Db())
        await using (var transaction = await db.Database.BeginTransactionAsync(Ct))
        {
            await transaction.CommitAsync(Ct);
            await SaveAsync(next);
        }
        await using (var db = host.Db())
        await using (var transaction = await db.Database.BeginTransactionAsync(Ct))
        {
            await transaction.RollbackAsync(Ct);
            await SaveAsync(next);
        }
        await using (var db = host.Db())
        {
            await using (var transaction = await db.Database.BeginTransactionAsync(Ct))
            {
                await db.Apps.ToListAsync(Ct);
            }

            await SaveAsync(next);
        }
        await using (var db = host.Db())
        {
            await db.Apps.ExecuteUpdateAsync(set => set.SetProperty(a => a.Name, "x"), Ct);
            await SaveAsync(next);
        }
        await using (var db = host.Db())
        {
            db.Concepts.Add(
                new Concept
                {
                    AppId = long.MaxValue,
                    ExternalId = "x",
                    Name = "x",
                    Color = "#000000",
                }
            );
            await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync(Ct));
            await SaveAsync(next);
        }
    }

    [Fact]
    public async Task A_context_that_read_a_snapshot_ends_its_later_turns_like_others()
    {
        await using var host = await CoreHost.StartAsync(workers: false);
        await using var next = host.Db();
        await using (var db = host.Db())
        {
            await using (await db.SnapshotAsync(Ct))
            {
                await db.Apps.ToListAsync(Ct);
            }
        }
        // The same one, out of the pool.
        await using (var db = host.Db())
        {
            await using (var transaction = await db.Database.BeginTransactionAsync(Ct))
            {
                await db.Apps.ToListAsync(Ct);
            }

            await SaveAsync(next);
        }
    }

    private static async Task SaveAsync(PortalDbContext db)
    {
        var app = await db.Apps.FirstAsync(Ct);
        app.Description += ".";
        await db.SaveChangesAsync(Ct).WaitAsync(TimeSpan.FromSeconds(20), Ct);
    }

    private static async Task WriteAsync(WriteQueue queue, List<string> order, string name, bool isBackground)
    {
        if (isBackground)
        {
            WriteQueue.LetOthersFirst();
        }

        await queue.TakeAsync(Long, Ct);
        // One at a time, so the list needs no lock.
        order.Add(name);
        queue.Release();
    }
}
