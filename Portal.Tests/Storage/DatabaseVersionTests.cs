using System.Reflection;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Internal;
using Microsoft.Extensions.DependencyInjection;
using Portal.Commands;
using Portal.Core.Data;
using Portal.Core.Data.Files;
using Portal.Core.Data.Sqlite;
using Portal.Core.Domain.Errors;
using Portal.Core.Services.Storage;
using Portal.Tests.Support;

namespace Portal.Tests.Storage;

/// <summary>What becomes of a database that another version of the portal made.</summary>
public sealed class DatabaseVersionTests : IDisposable
{
    private const string Early = "20261122140932_Initial";
    private const string Late = "29990101000000_Later";

    private readonly TemporaryFolder _folder = new();

    private string DataRoot => Path.Combine(_folder.Path, "data at 50% #1");

    private string Database => Path.Combine(DataRoot, "portal.db");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Early, false)]
    [InlineData(Early, true)]
    [InlineData(Late, false)]
    [InlineData(Late, true)]
    public async Task One_that_this_version_does_not_know_is_refused_and_untouched(string migration, bool wasKilled)
    {
        await MakeAsync(migration, wasKilled);
        var sentence =
            migration == Early
                ? $"The database {Database} was made before the portal's first release and cannot be upgraded; move "
                    + $"the folder {DataRoot} away, or set Storage:Root to an empty one, to start anew."
                : $"The data directory {DataRoot} was made by a newer portal (it has '{Late}'). Start that version "
                    + $"or a later one, or restore a backup of before.";
        var storage = new StorageOptions { Root = DataRoot };
        var (target, before) = (Path.Combine(_folder.Path, "target"), Files());

        foreach (
            var act in (Func<Task>[])
                [
                    () => CoreHost.StartAsync(DataRoot, workers: false),
                    () => StorageCheck.RunAsync(storage, null, Ct),
                    () => StorageBackup.BackUpAsync(storage, target, null, Ct),
                    () => StorageBackup.RestoreAsync(DataRoot, new StorageOptions { Root = target }, null, Ct),
                ]
        )
        {
            Assert.Equal(sentence, (await Assert.ThrowsAsync<PortalException>(act)).Message);
            Assert.Equal(before, Files());
        }

        Assert.False(Directory.Exists(storage.MigrationBackupRoot));
        Assert.False(Directory.Exists(target));
    }

    [Fact]
    public async Task A_command_that_would_open_it_says_the_same_and_nothing_else()
    {
        await MakeAsync(Early, wasKilled: false);
        var before = Files();

        Assert.Equal(
            1,
            await ExchangeCommand.RunAsync([
                "export",
                "--app",
                "owner/park",
                "--format",
                "jsonl",
                "--out",
                Path.Combine(_folder.Path, "x.zip"),
                $"--Storage:Root={DataRoot}",
            ])
        );
        foreach (
            var arguments in (string[][])
                [
                    ["check"],
                    ["backup", Path.Combine(_folder.Path, "target")],
                    [
                        "export",
                        "--app",
                        "owner/park",
                        "--format",
                        "jsonl",
                        "--out",
                        Path.Combine(_folder.Path, "x.zip"),
                    ],
                ]
        )
        {
            var (code, output) = await PortalProcess.CommandAsync(DataRoot, arguments);
            Assert.Equal(1, code);
            Assert.EndsWith(
                "move the folder " + DataRoot + " away, or set Storage:Root to an empty one, to start anew.",
                output.Trim(),
                StringComparison.Ordinal
            );
        }

        Assert.Equal(before, Files());
    }

    [Fact]
    public async Task An_older_one_is_kept_and_upgraded()
    {
        await (await CoreHost.StartAsync(DataRoot, workers: false)).DisposeAsync();
        string[] known;
        await using (var db = Context(Database))
        {
            known = [.. db.Database.GetMigrations()];
        }

        await using (
            var host = await CoreHost.StartAsync(
                DataRoot,
                workers: false,
                services =>
                    services.ConfigureDbContext<PortalDbContext>(builder =>
                        builder.ReplaceService<IMigrationsAssembly, WithOneMore>()
                    )
            )
        )
        {
            await using var db = host.Db();
            Assert.Equal([.. known, Late], await db.Database.GetAppliedMigrationsAsync(Ct));
            Assert.Equal(
                7,
                (await db.Database.SqlQueryRaw<int>("SELECT \"Value\" FROM \"Later\"").ToListAsync(Ct)).Single()
            );
        }

        await using var kept = Context(
            Assert.Single(Directory.GetFiles(new StorageOptions { Root = DataRoot }.MigrationBackupRoot))
        );
        Assert.Equal(known, await kept.Database.GetAppliedMigrationsAsync(Ct));
    }

    /// <summary>
    /// A database in the write-ahead log's mode that names a migration; after a kill, in a log that was not yet copied
    /// into it.
    /// </summary>
    private async Task MakeAsync(string migration, bool wasKilled)
    {
        Directory.CreateDirectory(DataRoot);
        var making = Path.Combine(_folder.Path, "making.db");
        await using (var connection = new SqliteConnection($"Data Source={making};Pooling=False"))
        {
            await connection.OpenAsync(Ct);
            await using var command = connection.CreateCommand();
            command.CommandText = $"""
                PRAGMA journal_mode = WAL;
                CREATE TABLE "__EFMigrationsHistory" ("MigrationId" TEXT NOT NULL PRIMARY KEY, "ProductVersion" TEXT NOT NULL);
                PRAGMA wal_checkpoint(TRUNCATE);
                INSERT INTO "__EFMigrationsHistory" VALUES ('{migration}', '10.0.15');
                """;
            await command.ExecuteNonQueryAsync(Ct);
            if (wasKilled)
            {
                File.Copy(making, Database);
                File.Copy(making + "-wal", Database + "-wal");
            }
        }
        if (!wasKilled)
        {
            File.Copy(making, Database);
        }
    }

    /// <summary>
    /// The names and bytes of the database's files; but for the index of the log, which holds nothing of its own and is
    /// made anew by who reads first.
    /// </summary>
    private SortedDictionary<string, string> Files() =>
        new(
            Directory
                .GetFiles(DataRoot, "portal.db*")
                .Where(f => !f.EndsWith("-shm", StringComparison.Ordinal) || !File.Exists(Database + "-wal"))
                .ToDictionary(f => f, f => Convert.ToHexString(File.ReadAllBytes(f))),
            StringComparer.Ordinal
        );

    private static PortalDbContext Context(string path)
    {
        var builder = new DbContextOptionsBuilder<PortalDbContext>();
        builder.UsePortalSqlite(path);
        return new PortalDbContext(builder.Options);
    }

#pragma warning disable EF1001 // Nothing public adds a migration to those of an assembly.
    /// <summary>The portal's migrations, and one that a later version will have.</summary>
    private sealed class WithOneMore(
        ICurrentDbContext context,
        IDbContextOptions options,
        IMigrationsIdGenerator ids,
        IDiagnosticsLogger<DbLoggerCategory.Migrations> logger
    ) : MigrationsAssembly(context, options, ids, logger)
    {
        public override IReadOnlyDictionary<string, TypeInfo> Migrations =>
            new SortedDictionary<string, TypeInfo>(base.Migrations.ToDictionary(), StringComparer.Ordinal)
            {
                [Late] = typeof(Later).GetTypeInfo(),
            };
    }
#pragma warning restore EF1001

    [Migration(Late)]
    private sealed class Later : Migration
    {
        protected override void Up(MigrationBuilder migrationBuilder) =>
            migrationBuilder.Sql(
                "CREATE TABLE \"Later\" (\"Value\" INTEGER NOT NULL); INSERT INTO \"Later\" VALUES (7);"
            );
    }
}
