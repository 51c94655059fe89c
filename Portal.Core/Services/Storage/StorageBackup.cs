using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Data.Files;
using Portal.Core.Data.Sqlite;
using Portal.Core.Domain.Errors;
using Portal.Core.Platform;

namespace Portal.Core.Services.Storage;

/// <summary>
/// Copies a data directory while a portal works in it, and makes one of the copy. The database is copied first, at one
/// moment, and the pictures it names after it: pictures never change, and are only removed when a portal starts. The
/// copy counts once its database has its name, which comes last.
/// </summary>
public static class StorageBackup
{
    /// <param name="from">The data directory.</param>
    /// <param name="target">A new or empty folder, or an earlier backup, of which the pictures that are there already
    /// are kept.</param>
    /// <param name="progress">Told how many pictures have been dealt with.</param>
    /// <returns>How many pictures the backup holds.</returns>
    /// <exception cref="PortalException">The folder holds something else, the database is of another portal's version,
    /// or a picture is missing; then the earlier backup, if there was one, still counts.</exception>
    public static async Task<int> BackUpAsync(
        StorageOptions from,
        string target,
        IProgress<int>? progress,
        CancellationToken ct
    )
    {
        var copy = new StorageOptions { Root = Path.GetFullPath(target) };
        if (
            Directory.Exists(copy.Root)
            && Directory.EnumerateFileSystemEntries(copy.Root).Any()
            && !Directory.Exists(copy.BlobRoot)
        )
        {
            throw new PortalException(
                StatusCode.Failure,
                $"{copy.Root} holds something that is no backup. Name a new folder, or one with an earlier backup."
            );
        }

        if (File.Exists(copy.LockPath))
        {
            throw new PortalException(
                StatusCode.Failure,
                $"{copy.Root} is a data directory that a portal has worked in. Name another folder for the backup."
            );
        }

        var snapshot = copy.DatabasePath + FileFlush.Unfinished;
        List<string> hashes;
        await using (var db = StorageCheck.Open(from))
        {
            MigrationHistory.RequireKnown(db, from);
            PrivateFolder.Make(copy.Root);
            Directory.CreateDirectory(copy.BlobRoot);
            File.Delete(snapshot);
            await db.Database.ExecuteSqlAsync($"VACUUM INTO {snapshot}", ct);
            hashes = await NamedIn(snapshot, db, ct);
        }
        var done = 0;
        foreach (var hash in hashes)
        {
            ct.ThrowIfCancellationRequested();
            var picture = BlobStore.PathIn(from, hash);
            if (!File.Exists(picture))
            {
                throw new PortalException(
                    StatusCode.Failure,
                    $"A picture that the database names is missing: {picture}. Run 'check' for all that is wrong; "
                        + $"the backup was not finished."
                );
            }

            FileFlush.Copy(picture, BlobStore.PathIn(copy, hash));
            progress?.Report(++done);
        }
        // The keys open sign-in cookies; without them everybody signs in again, and nothing else is lost.
        if (Directory.Exists(from.KeyRoot))
        {
            foreach (var key in Directory.EnumerateFiles(from.KeyRoot))
            {
                FileFlush.Copy(key, Path.Combine(copy.KeyRoot, Path.GetFileName(key)));
            }
        }
        // Without them, uploads wait wherever a classifier of an earlier embedder is still in use.
        if (Directory.Exists(from.NetworkRoot))
        {
            foreach (var network in Directory.EnumerateFiles(from.NetworkRoot, "*.onnx"))
            {
                FileFlush.Copy(network, Path.Combine(copy.NetworkRoot, Path.GetFileName(network)));
            }
        }
        File.Move(snapshot, copy.DatabasePath, overwrite: true);
        FileFlush.Folder(copy.Root);
        return hashes.Count;
    }

    /// <summary>Makes a data directory of a backup, after checking the backup.</summary>
    /// <param name="to">A data directory that is not there yet, or is empty.</param>
    /// <returns>What the check of the backup found: no fault.</returns>
    /// <exception cref="PortalException">The backup is unfinished or damaged, or the directory is not empty; then
    /// nothing was written.</exception>
    public static async Task<StorageReport> RestoreAsync(
        string backup,
        StorageOptions to,
        IProgress<int>? progress,
        CancellationToken ct
    )
    {
        var copy = new StorageOptions { Root = Path.GetFullPath(backup) };
        if (Directory.Exists(to.Root) && Directory.EnumerateFileSystemEntries(to.Root).Any())
        {
            throw new PortalException(
                StatusCode.Failure,
                $"The data directory {to.Root} is not empty. Move it away first, or set "
                    + $"{StorageOptions.Section}:Root to a new folder."
            );
        }

        var report = await StorageCheck.RunAsync(copy, null, ct);
        if (report.Faults.Count > 0)
        {
            throw new PortalException(
                StatusCode.Failure,
                $"The backup {copy.Root} is not whole, and nothing was restored: {report.Faults[0]} Run 'check' on "
                    + $"it for all that is wrong."
            );
        }

        await BackUpAsync(copy, to.Root, progress, ct);
        return report;
    }

    private static async Task<List<string>> NamedIn(string snapshot, PortalDbContext db, CancellationToken ct)
    {
        await db.Database.OpenConnectionAsync(ct);
        await db.Database.ExecuteSqlAsync($"ATTACH {snapshot} AS snapshot", ct);
        try
        {
            return await db
                .Database.SqlQueryRaw<string>(
                    "SELECT \"ContentHash\" AS Value FROM snapshot.\"Inputs\" UNION SELECT \"ContentHash\" FROM "
                        + "snapshot.\"Videos\""
                )
                .ToListAsync(ct);
        }
        finally
        {
            await db.Database.ExecuteSqlRawAsync("DETACH snapshot", CancellationToken.None);
            await db.Database.CloseConnectionAsync();
        }
    }
}
