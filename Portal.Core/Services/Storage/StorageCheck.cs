using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Data.Files;
using Portal.Core.Data.Sqlite;
using Portal.Core.Domain.Errors;

namespace Portal.Core.Services.Storage;

/// <summary>
/// Reads a data directory or a backup through and tells what is broken. It changes nothing, and may run beside an open
/// portal.
/// </summary>
public static class StorageCheck
{
    // Of one kind of fault, so many are named; the rest is counted.
    private const int Named = 20;

    /// <param name="storage">What is checked; a backup is laid out as a data directory is.</param>
    /// <param name="progress">Told how many pictures have been read.</param>
    /// <exception cref="PortalException">There is no database, or a newer portal made it, or one from before the first
    /// release.</exception>
    public static async Task<StorageReport> RunAsync(
        StorageOptions storage,
        IProgress<int>? progress,
        CancellationToken ct
    )
    {
        await using var db = Open(storage);
        var faults = await FaultsOfDatabaseAsync(db, storage, ct);
        // A database whose pages are torn cannot be asked anything else.
        if (faults.Count > 0)
        {
            return new StorageReport(0, 0, 0, faults);
        }

        var named = await db.Inputs.Select(i => new { i.ContentHash, i.ExternalId }).ToListAsync(ct);
        var inputs = named.Count;
        named.AddRange(await db.Videos.Select(f => new { f.ContentHash, f.ExternalId }).ToListAsync(ct));
        var pictures = named.GroupBy(i => i.ContentHash, i => i.ExternalId).ToList();
        var (bytes, read) = (0L, 0);
        var broken = new List<string>();
        foreach (var picture in pictures)
        {
            ct.ThrowIfCancellationRequested();
            var path = BlobStore.PathIn(storage, picture.Key);
            if (!File.Exists(path))
            {
                broken.Add($"The file of '{picture.First()}' is missing ({picture.Key}).");
            }
            else
            {
                await using var file = new FileStream(
                    path,
                    FileMode.Open,
                    FileAccess.Read,
                    FileShare.ReadWrite | FileShare.Delete,
                    0,
                    FileOptions.SequentialScan
                );
                bytes += file.Length;
                if (Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct)) != picture.Key)
                {
                    broken.Add(
                        $"The file of '{picture.First()}' is damaged: its bytes are not those that were uploaded "
                            + $"({picture.Key})."
                    );
                }
            }
            progress?.Report(++read);
        }
        faults.AddRange(broken.Take(Named));
        if (BlobCleanup.FaultOf(storage, db) is { } unnamed)
        {
            faults.Add(unnamed);
        }

        if (broken.Count > Named)
        {
            faults.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{broken.Count - Named} more pictures are missing or damaged."
                )
            );
        }

        return new StorageReport(inputs, pictures.Count, bytes, faults);
    }

    /// <summary>Opens the database of a directory that must have one.</summary>
    internal static PortalDbContext Open(StorageOptions storage)
    {
        if (!File.Exists(storage.DatabasePath))
        {
            throw new PortalException(
                StatusCode.Failure,
                $"There is no {Path.GetFileName(storage.DatabasePath)} in {storage.Root}. Name a data directory or "
                    + $"a finished backup."
            );
        }

        var builder = new DbContextOptionsBuilder<PortalDbContext>();
        builder.UsePortalSqlite(storage.DatabasePath);
        return new PortalDbContext(builder.Options);
    }

    private static async Task<List<string>> FaultsOfDatabaseAsync(
        PortalDbContext db,
        StorageOptions storage,
        CancellationToken ct
    )
    {
        var faults = new List<string>();
        try
        {
            if (!MigrationHistory.RequireKnown(db, storage))
            {
                return ["The database is empty."];
            }

            var pages = await db
                .Database.SqlQueryRaw<string>("SELECT integrity_check AS Value FROM pragma_integrity_check")
                .ToListAsync(ct);
            faults.AddRange(
                pages.Where(line => line != "ok").Take(Named).Select(line => $"The database is damaged: {line}.")
            );
            var orphans = await db
                .Database.SqlQueryRaw<string>(
                    "SELECT \"table\" || ' names a missing ' || \"parent\" AS Value FROM pragma_foreign_key_check"
                )
                .ToListAsync(ct);
            faults.AddRange(
                orphans
                    .GroupBy(line => line)
                    .Select(same =>
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"The database contradicts itself: {same.Key} ({same.Count()} times)."
                        )
                    )
            );
        }
        catch (SqliteException e)
        {
            faults.Add($"The database is damaged: {e.Message}");
        }
        return faults;
    }
}
