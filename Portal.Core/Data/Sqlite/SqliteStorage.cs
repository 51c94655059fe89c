using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;
using Portal.Core.Data.Configurations;
using SQLitePCL;

namespace Portal.Core.Data.Sqlite;

/// <summary>
/// How the portal opens SQLite: write-ahead log, every commit on disk, foreign keys on, writers that wait for each
/// other.
/// </summary>
public static class SqliteStorage
{
    public static DbContextOptionsBuilder UsePortalSqlite(this DbContextOptionsBuilder builder, string databasePath)
    {
        var connection = new SqliteConnectionStringBuilder
        {
            DataSource = databasePath,
            ForeignKeys = true,
            Pooling = true,
            // Seconds a writer waits for another one; transactions begin IMMEDIATE, so nobody is refused halfway.
            DefaultTimeout = 30,
        };
        return builder
            .UseSqlite(
                connection.ConnectionString,
                sqlite => sqlite.UseQuerySplittingBehavior(QuerySplittingBehavior.SplitQuery)
            )
            .AddInterceptors(ConnectionPragmas.Instance, new WriteSlots(connection.ConnectionString));
    }

    /// <summary>
    /// Copies a database that is about to be migrated into a file of its own, so that the version before can be gone
    /// back to.
    /// </summary>
    /// <returns>The copy's path; null where nothing is to be migrated.</returns>
    public static async Task<string?> KeepBeforeMigrationAsync(
        PortalDbContext db,
        string folder,
        DateTime now,
        CancellationToken ct
    )
    {
        var applied = await db.Database.GetAppliedMigrationsAsync(ct);
        if (!applied.Any() || !(await db.Database.GetPendingMigrationsAsync(ct)).Any())
        {
            return null;
        }

        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"portal-{now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}.db");
        await db.Database.ExecuteSqlAsync($"VACUUM INTO {path}", ct);
        return path;
    }

    /// <summary>
    /// Creates or migrates the database and switches it to the write-ahead log, which stays on in the file. For the one
    /// process that may open it.
    /// </summary>
    public static async Task MigrateAsync(PortalDbContext db, CancellationToken ct)
    {
        // EF waits for ever for whoever else migrates. Nobody does: it was killed.
        await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\";", ct);
        await db.Database.MigrateAsync(ct);
        await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL;", ct);
        foreach (
            var statement in (string[])
                [
                    .. InputChangeTriggers.CreateStatements(),
                    .. AuditEntryConfiguration.TriggerStatements(),
                    .. TableStatistics.Statements(),
                ]
        )
        {
            await db.Database.ExecuteSqlRawAsync(statement, ct);
        }
    }

    /// <summary>
    /// Begins to read one state of the database, whatever is written meanwhile. Writers do not wait for it; the log
    /// keeps their pages until it ends.
    /// </summary>
    public static async Task<IAsyncDisposable> SnapshotAsync(this PortalDbContext db, CancellationToken ct)
    {
        await db.Database.OpenConnectionAsync(ct);
        // A plain transaction would begin with the right to write, and shut writers out.
        var transaction = ((SqliteConnection)db.Database.GetDbConnection()).BeginTransaction(deferred: true);
        return new Snapshot(db, transaction, (await db.Database.UseTransactionAsync(transaction, ct))!);
    }

    /// <summary>Closes what it opened: a context that goes back to its pool would keep the connection open.</summary>
    private sealed class Snapshot(PortalDbContext db, SqliteTransaction transaction, IDbContextTransaction used)
        : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await used.DisposeAsync();
            await transaction.DisposeAsync();
            await db.Database.CloseConnectionAsync();
        }
    }

    private sealed class ConnectionPragmas : DbConnectionInterceptor
    {
        public static readonly ConnectionPragmas Instance = new();

        // SQLite's own wait for another writer looks again after a millisecond or two; the provider's would sleep 150
        // each time. 64 MiB of page cache and memory-mapped reads keep a million-row app off the disk; synchronous=FULL
        // keeps what was guaranteed on it. Whoever commits when the log has so many pages copies them into the
        // database: 32 MB at a time keep that to one commit among many hundreds.
        private const string Pragmas =
            "PRAGMA busy_timeout = 30000; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size "
            + "= -65536; PRAGMA mmap_size = 268435456; PRAGMA wal_autocheckpoint = 8000;";

        // A connection of the pool keeps what it was told.
        private readonly ConditionalWeakTable<sqlite3, object> _told = [];

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        {
            if (!_told.TryAdd(((SqliteConnection)connection).Handle!, this))
            {
                return;
            }

            using var command = connection.CreateCommand();
            command.CommandText = Pragmas;
            command.ExecuteNonQuery();
        }

        public override Task ConnectionOpenedAsync(
            DbConnection connection,
            ConnectionEndEventData eventData,
            CancellationToken cancellationToken = default
        )
        {
            // SQLite answers at once in any case.
            ConnectionOpened(connection, eventData);
            return Task.CompletedTask;
        }
    }
}
