using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Data;
using Portal.Core.Data.Files;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Storage;
using Portal.Tests.Support;

namespace Portal.Tests.Storage;

public sealed class StorageStartupTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_new_data_directory_gets_a_migrated_database_that_survives_power_cuts()
    {
        await using var host = await OpenAsync();
        await using var db = host.Db();

        Assert.Empty(await db.Database.GetPendingMigrationsAsync(TestContext.Current.CancellationToken));
        Assert.False(db.Database.HasPendingModelChanges(), "The mapping was changed without a migration.");
        Assert.Equal("wal", await PragmaAsync<string>(db, "journal_mode"));
        Assert.Equal(2L, await PragmaAsync<long>(db, "synchronous"));
        Assert.Equal(1L, await PragmaAsync<long>(db, "foreign_keys"));
        Assert.Null(await host.Get<StorageProbe>().WhyNotReadyAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_was_stored_is_there_after_reopening()
    {
        Input stored;
        await using (var host = await OpenAsync())
        {
            stored = await host.AcceptAsync(1);
        }

        await using var again = await OpenAsync();

        var found = await again.Get<InputService>().GetAsync(again.App.Id, stored.ExternalId, default);
        Assert.Equal((stored.Id, stored.ContentHash), (found.Id, found.ContentHash));
        Assert.Equal(stored.CreatedAt, found.CreatedAt, TimeSpan.FromMicroseconds(1));
        Assert.Equal(DateTimeKind.Utc, found.CreatedAt.Kind);
        Assert.Equal(
            Pictures.Any(1),
            await File.ReadAllBytesAsync(
                again.Get<BlobStore>().PathOf(found.ContentHash),
                TestContext.Current.CancellationToken
            )
        );
    }

    [Fact]
    public async Task A_second_portal_is_turned_away_until_the_first_has_closed()
    {
        await using (await OpenAsync())
        {
            var refusal = await Assert.ThrowsAsync<PortalException>(OpenAsync);
            Assert.Contains(
                $"The data directory {_folder.Path} is open in another portal.",
                refusal.Message,
                StringComparison.Ordinal
            );
        }
        await using var again = await OpenAsync();
    }

    /// <summary>EF marks in the database that it migrates, and waits for ever for whoever left a mark.</summary>
    [Fact]
    public async Task A_portal_that_was_killed_while_it_opened_its_database_opens_it_again()
    {
        await using (var host = await OpenAsync())
        {
            await using var db = host.Db();
            Assert.Equal(
                1,
                await db.Database.ExecuteSqlRawAsync(
                    """INSERT INTO "__EFMigrationsLock" ("Id", "Timestamp") VALUES (1, '2026-01-01 00:00:00+00:00')""",
                    TestContext.Current.CancellationToken
                )
            );
        }

        await using var again = await OpenAsync()
            .WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task What_a_crash_leaves_is_taken_out_of_the_way_and_nothing_else()
    {
        string named,
            hidden;
        await using (var host = await OpenAsync())
        {
            var blobs = host.Get<BlobStore>();
            named = blobs.PathOf((await host.AcceptAsync(1)).ContentHash);
            var deleted = await host.AcceptAsync(2);
            await host.Get<InputService>().DeleteAsync(host.App.Id, deleted.ExternalId, default);
            hidden = blobs.PathOf(deleted.ContentHash);
            // Bytes that arrived and whose row was never inserted, and half a file.
            await StoreAsync(blobs, 1, 2, 3);
            await blobs.ReceiveAsync(new MemoryStream([4, 5, 6]), Limit, default);
        }

        await using var again = await OpenAsync();

        Assert.Equal(new[] { named, hidden }.Order(StringComparer.Ordinal), StoredFiles());
        Assert.Empty(Directory.EnumerateFiles(Storage.IncomingRoot));
        Assert.Equal(
            [1, 2, 3],
            await File.ReadAllBytesAsync(Assert.Single(QuarantinedFiles()), TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task Quarantine_lasts_seven_days()
    {
        var clock = new AdjustableClock();
        await using (var host = await OpenAsync(clock))
        {
            await StoreAsync(host.Get<BlobStore>(), 1, 2, 3);
        }

        await using (await OpenAsync(clock))
        {
            Assert.Single(QuarantinedFiles());
        }

        clock.Advance(TimeSpan.FromDays(7));
        await using (await OpenAsync(clock))
        {
            Assert.Single(QuarantinedFiles());
        }

        clock.Advance(TimeSpan.FromDays(1));
        await using var last = await OpenAsync(clock);

        Assert.Empty(QuarantinedFiles());
    }

    [Theory]
    [InlineData(false, "its database is missing")]
    [InlineData(true, "its database is empty")]
    public async Task Stored_files_without_a_database_are_left_alone_and_the_start_says_so(
        bool isEmptied,
        string reason
    )
    {
        await using (var host = await OpenAsync())
        {
            await host.AcceptAsync(1);
        }

        foreach (var file in Directory.GetFiles(_folder.Path, "portal.db*"))
        {
            File.Delete(file);
        }

        if (isEmptied)
        {
            await File.WriteAllBytesAsync(Storage.DatabasePath, [], TestContext.Current.CancellationToken);
        }

        var stored = StoredFiles();

        var refusal = await Assert.ThrowsAsync<PortalException>(() => OpenAsync());

        Assert.Contains(
            $"holds 1 stored files, but {reason}. Nothing was changed.",
            refusal.Message,
            StringComparison.Ordinal
        );
        Assert.Equal(stored, StoredFiles());
        var database = new FileInfo(Storage.DatabasePath);
        Assert.Equal((isEmptied, 0L), (database.Exists, database.Exists ? database.Length : 0));
        if (isEmptied)
        {
            Assert.Equal(
                "The database is empty.",
                Assert.Single((await StorageCheck.RunAsync(Storage, null, default)).Faults)
            );
        }
    }

    [Fact]
    public async Task Many_stored_files_beside_a_database_without_inputs_stop_the_start()
    {
        await using (var host = await OpenAsync())
        {
            for (byte i = 0; i < 21; i++)
            {
                await StoreAsync(host.Get<BlobStore>(), i);
            }
        }

        var refusal = await Assert.ThrowsAsync<PortalException>(() => OpenAsync());

        Assert.Contains(
            "holds 21 stored files, but its database knows no input.",
            refusal.Message,
            StringComparison.Ordinal
        );
        Assert.Equal(21, StoredFiles().Count);
    }

    [Fact]
    public async Task More_unnamed_files_than_crashes_leave_wait_for_the_owner_and_a_check_names_them()
    {
        string named,
            again;
        await using (var host = await OpenAsync())
        {
            named = host.Get<BlobStore>().PathOf((await host.AcceptAsync(1)).ContentHash);
            for (byte i = 0; i < 21; i++)
            {
                await StoreAsync(host.Get<BlobStore>(), i);
            }

            await StoreAsync(host.Get<BlobStore>(), Pictures.Any(2));
        }
        Assert.Contains(
            "No input names 22 of 23 stored files",
            Assert.Single((await StorageCheck.RunAsync(Storage, null, default)).Faults),
            StringComparison.Ordinal
        );

        await using var opened = await OpenAsync();

        var cleanup = opened.Get<BlobCleanup>();
        Assert.Equal((22, 23), (cleanup.HeldCount, StoredFiles().Count));
        // One of them is uploaded again before the owner decides.
        again = opened.Get<BlobStore>().PathOf((await opened.AcceptAsync(2)).ContentHash);
        Assert.Equal(21, await cleanup.TakeHeldAsync(TestContext.Current.CancellationToken));
        Assert.Equal((0, 21), (cleanup.HeldCount, QuarantinedFiles().Count));
        Assert.Equal(new[] { named, again }.Order(StringComparer.Ordinal), StoredFiles());
        Assert.Empty((await StorageCheck.RunAsync(Storage, null, default)).Faults);
    }

    [Fact]
    public async Task Many_writers_wait_for_each_other()
    {
        await using var host = await OpenAsync();

        await Task.WhenAll(Enumerable.Range(0, 40).Select(seed => Task.Run(() => host.AcceptAsync(seed))));

        Assert.Equal(40, (await host.Get<InputService>().CountAsync(host.App.Id, default)).ToProcess);
    }

    private static SizeLimit Limit => new(1_000_000, "image", "Imaging:MaxBytes");

    private StorageOptions Storage => new() { Root = _folder.Path };

    private Task<CoreHost> OpenAsync() => CoreHost.StartAsync(_folder.Path, workers: false);

    private Task<CoreHost> OpenAsync(TimeProvider clock) =>
        CoreHost.StartAsync(_folder.Path, workers: false, services => services.AddSingleton(clock));

    private static async Task StoreAsync(BlobStore blobs, params byte[] bytes) =>
        blobs.Keep(await blobs.ReceiveAsync(new MemoryStream(bytes), Limit, default));

    private List<string> StoredFiles() => FilesBelow(Storage.BlobRoot);

    private List<string> QuarantinedFiles() => FilesBelow(Storage.QuarantineRoot);

    private static List<string> FilesBelow(string folder) =>
        Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)]
            : [];

    private static async Task<T> PragmaAsync<T>(PortalDbContext db, string name)
    {
        await db.Database.OpenConnectionAsync();
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = $"PRAGMA {name};";
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
