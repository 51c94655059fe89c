using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Data.Files;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Storage;
using Portal.Tests.Support;

namespace Portal.Tests.Storage;

public sealed class StorageBackupTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string DataRoot => Path.Combine(_folder.Path, "data");

    private string BackupRoot => Path.Combine(_folder.Path, "backup");

    private string NewRoot => Path.Combine(_folder.Path, "new");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_backup_of_an_open_portal_restores_what_was_there_when_it_began()
    {
        Input labelled;
        await using (var host = await OpenAsync(DataRoot))
        {
            await host.ConceptAsync("walker");
            labelled = await host.AcceptAsync(1, new InputLabel("walker", true));
            await host.AcceptAsync(2);
            Assert.Equal(2, await BackUpAsync(host));
            await host.AcceptAsync(3);
        }

        var restored = await StorageBackup.RestoreAsync(BackupRoot, new StorageOptions { Root = NewRoot }, null, Ct);

        Assert.Equal((2, 2), (restored.Inputs, restored.Blobs));
        await using var again = await OpenAsync(NewRoot);
        Assert.Equal(2, (await again.Get<InputService>().CountAsync(again.App.Id, Ct)).ToProcess);
        Assert.Equal(
            Pictures.Any(1),
            await File.ReadAllBytesAsync(again.Get<BlobStore>().PathOf(labelled.ContentHash), Ct)
        );
        await using var db = again.Db();
        Assert.True((await db.Labels.SingleAsync(Ct)).Value);
    }

    [Fact]
    public async Task A_second_backup_into_the_same_folder_adds_what_is_new()
    {
        await using var host = await OpenAsync(DataRoot);
        var first = await host.AcceptAsync(1);
        await BackUpAsync(host);
        var kept = BlobStore.PathIn(new StorageOptions { Root = BackupRoot }, first.ContentHash);
        var written = File.GetLastWriteTimeUtc(kept);
        await host.AcceptAsync(2);

        Assert.Equal(2, await BackUpAsync(host));

        Assert.Equal(written, File.GetLastWriteTimeUtc(kept));
        var report = await CheckAsync(BackupRoot);
        Assert.Equal(2, report.Inputs);
        Assert.Empty(report.Faults);
    }

    [Fact]
    public async Task A_check_names_the_inputs_whose_pictures_are_missing_or_damaged()
    {
        await using var host = await OpenAsync(DataRoot);
        var (missing, damaged) = (await host.AcceptAsync(1), await host.AcceptAsync(2));
        await host.AcceptAsync(3);
        var blobs = host.Get<BlobStore>();
        File.Delete(blobs.PathOf(missing.ContentHash));
        await File.WriteAllBytesAsync(blobs.PathOf(damaged.ContentHash), [1, 2, 3], Ct);

        var report = await CheckAsync(DataRoot);

        Assert.Equal(2, report.Faults.Count);
        Assert.Contains(
            report.Faults,
            fault => fault.Contains($"'{missing.ExternalId}' is missing", StringComparison.Ordinal)
        );
        Assert.Contains(
            report.Faults,
            fault => fault.Contains($"'{damaged.ExternalId}' is damaged", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_check_finds_a_torn_database()
    {
        await using (var host = await OpenAsync(DataRoot))
        {
            for (var seed = 0; seed < 30; seed++)
            {
                await host.AcceptAsync(seed);
            }

            await BackUpAsync(host);
        }
        await using (var file = File.OpenWrite(Path.Combine(BackupRoot, "portal.db")))
        {
            // All but the first pages, which hold the header and the schema.
            file.Position = file.Length / 2;
            await file.WriteAsync(new byte[16 * 4096], Ct);
        }

        var report = await CheckAsync(BackupRoot);

        Assert.NotEmpty(report.Faults);
        Assert.All(
            report.Faults,
            fault => Assert.StartsWith("The database is damaged", fault, StringComparison.Ordinal)
        );
        await RefusedAsync(
            "not whole",
            () => StorageBackup.RestoreAsync(BackupRoot, new StorageOptions { Root = NewRoot }, null, Ct)
        );
        Assert.False(Directory.Exists(NewRoot));
    }

    [Fact]
    public async Task A_backup_that_was_cut_short_is_none_and_is_finished_by_the_next()
    {
        await using var host = await OpenAsync(DataRoot);
        var gone = await host.AcceptAsync(1);
        var path = host.Get<BlobStore>().PathOf(gone.ContentHash);
        File.Move(path, path + ".away");
        await RefusedAsync("is missing", () => BackUpAsync(host));
        await RefusedAsync(
            "There is no portal.db",
            () => StorageBackup.RestoreAsync(BackupRoot, new StorageOptions { Root = NewRoot }, null, Ct)
        );

        File.Move(path + ".away", path);

        Assert.Equal(1, await BackUpAsync(host));
        Assert.Empty((await CheckAsync(BackupRoot)).Faults);
    }

    [Fact]
    public async Task Nothing_is_overwritten_by_a_backup_or_a_restore()
    {
        await using var host = await OpenAsync(DataRoot);
        await BackUpAsync(host);
        Directory.CreateDirectory(NewRoot);
        await File.WriteAllTextAsync(Path.Combine(NewRoot, "letters.txt"), "mine", Ct);

        await RefusedAsync(
            "is not empty",
            () => StorageBackup.RestoreAsync(BackupRoot, new StorageOptions { Root = NewRoot }, null, Ct)
        );
        await RefusedAsync(
            "no backup",
            () => StorageBackup.BackUpAsync(new StorageOptions { Root = DataRoot }, NewRoot, null, Ct)
        );
        await RefusedAsync(
            "data directory",
            () => StorageBackup.BackUpAsync(new StorageOptions { Root = DataRoot }, DataRoot, null, Ct)
        );

        Assert.Equal(["letters.txt"], Directory.EnumerateFileSystemEntries(NewRoot).Select(Path.GetFileName));
    }

    private static Task<CoreHost> OpenAsync(string root) => CoreHost.StartAsync(root, workers: false);

    private Task<int> BackUpAsync(CoreHost host) =>
        StorageBackup.BackUpAsync(new StorageOptions { Root = host.Root }, BackupRoot, null, Ct);

    private static Task<StorageReport> CheckAsync(string root) =>
        StorageCheck.RunAsync(new StorageOptions { Root = root }, null, Ct);

    private static async Task RefusedAsync(string because, Func<Task> act) =>
        Assert.Contains(because, (await Assert.ThrowsAsync<PortalException>(act)).Message, StringComparison.Ordinal);
}
