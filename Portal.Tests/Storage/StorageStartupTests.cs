using Microsoft.EntityFrameworkCore;
using Portal.Core.Errors;
using Portal.Core.Inputs;
using Portal.Core.Storage;
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
        await using (var host = await OpenAsync()) stored = await host.AcceptAsync(1);

        await using var again = await OpenAsync();

        var found = await again.Get<InputService>().GetAsync(again.App.Id, stored.ExternalId, default);
        Assert.Equal((stored.Id, stored.ContentHash), (found.Id, found.ContentHash));
        Assert.Equal(stored.CreatedAt, found.CreatedAt, TimeSpan.FromMicroseconds(1));
        Assert.Equal(DateTimeKind.Utc, found.CreatedAt.Kind);
        Assert.Equal(Pictures.Any(1), await File.ReadAllBytesAsync(again.Get<BlobStore>().PathOf(found.ContentHash), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_second_portal_is_turned_away_until_the_first_has_closed()
    {
        await using (await OpenAsync())
        {
            var refusal = await Assert.ThrowsAsync<PortalException>(OpenAsync);
            Assert.Contains($"The data directory {_folder.Path} is open in another portal.", refusal.Message, StringComparison.Ordinal);
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
            Assert.Equal(1, await db.Database.ExecuteSqlRawAsync("""INSERT INTO "__EFMigrationsLock" ("Id", "Timestamp") VALUES (1, '2026-01-01 00:00:00+00:00')""", TestContext.Current.CancellationToken));
        }

        await using var again = await OpenAsync().WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Opening_removes_files_that_no_input_names_and_no_other()
    {
        string named, hidden;
        var storage = new StorageOptions { Root = _folder.Path };
        await using (var host = await OpenAsync())
        {
            var blobs = host.Get<BlobStore>();
            named = blobs.PathOf((await host.AcceptAsync(1)).ContentHash);
            var deleted = await host.AcceptAsync(2);
            await host.Get<InputService>().DeleteAsync(host.App.Id, deleted.ExternalId, default);
            hidden = blobs.PathOf(deleted.ContentHash);
            // What a crash leaves: bytes that arrived and whose row was never inserted, and half a file.
            blobs.Keep(await blobs.ReceiveAsync(new MemoryStream([1, 2, 3]), new Core.Errors.SizeLimit(100, "image", "Imaging:MaxBytes"), default));
            await blobs.ReceiveAsync(new MemoryStream([4, 5, 6]), new Core.Errors.SizeLimit(100, "image", "Imaging:MaxBytes"), default);
        }

        await using var again = await OpenAsync();

        Assert.Equal(new[] { named, hidden }.Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(storage.BlobRoot, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
        Assert.Empty(Directory.EnumerateFiles(storage.IncomingRoot));
    }

    [Fact]
    public async Task Many_writers_wait_for_each_other()
    {
        await using var host = await OpenAsync();

        await Task.WhenAll(Enumerable.Range(0, 40).Select(seed => Task.Run(() => host.AcceptAsync(seed))));

        Assert.Equal(40, (await host.Get<InputService>().CountAsync(host.App.Id, default)).ToProcess);
    }

    private Task<CoreHost> OpenAsync() => CoreHost.StartAsync(_folder.Path, workers: false);

    private static async Task<T> PragmaAsync<T>(PortalDbContext db, string name)
    {
        await db.Database.OpenConnectionAsync();
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = $"PRAGMA {name};";
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
