using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Core.Data;
using Portal.Core.Data.Files;
using Portal.Core.Domain.Errors;

namespace Portal.Core.Services.Storage;

/// <summary>
/// Takes stored files that no input and no video names out of the way: a crash leaves one where it comes between a file
/// and its row. They lie in quarantine for seven days. Where there are more of them than crashes leave, the database is
/// likelier at fault than they are, and they stay until the owner says so.
/// </summary>
public sealed class BlobCleanup(
    IOptions<StorageOptions> options,
    IDbContextFactory<PortalDbContext> contexts,
    TimeProvider clock
)
{
    /// <summary>So many files may go without a question, whatever their share.</summary>
    private const int Few = 20;

    /// <summary>More than one in so many asks the owner.</summary>
    private const int Share = 10;

    private const string DayFormat = "yyyy-MM-dd";
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);
    private readonly StorageOptions _storage = options.Value;
    private DateTime _started;
    private List<string> _held = [];

    /// <summary>How many files wait for the owner's word. They lie where they were.</summary>
    public int HeldCount => _held.Count;

    /// <summary>
    /// To be asked before a missing database is made, or an empty one filled: it could name no stored file.
    /// </summary>
    /// <exception cref="PortalException">There are stored files.</exception>
    internal static void RequireNoFiles(StorageOptions storage)
    {
        if (!Directory.Exists(storage.BlobRoot))
        {
            return;
        }

        var count = FilesOf(storage).Count();
        if (count == 0)
        {
            return;
        }

        throw Refusal(
            storage,
            count,
            File.Exists(storage.DatabasePath) ? "its database is empty" : "its database is missing"
        );
    }

    /// <summary>Runs at start, before uploads are accepted.</summary>
    /// <returns>How many files were taken out of the way.</returns>
    /// <exception cref="PortalException">There are many stored files, and no row in the database.</exception>
    internal async Task<int> RunAsync(CancellationToken ct)
    {
        _started = clock.GetUtcNow().UtcDateTime;
        DropExpired();
        await using var db = await contexts.CreateDbContextAsync(ct);
        var (unnamed, total) = Unnamed(_storage, db);
        if (unnamed.Count > Few && unnamed.Count == total && !await HasRowsAsync(db, ct))
        {
            throw Refusal(_storage, total, "its database knows no input");
        }

        if (IsTooMany(unnamed.Count, total))
        {
            _held = unnamed;
            return 0;
        }
        foreach (var path in unnamed)
        {
            Quarantine(path);
        }

        return unnamed.Count;
    }

    /// <summary>
    /// Takes away what waited for the owner's word, but for what an upload has stored or named since.
    /// </summary>
    /// <returns>How many files were taken out of the way.</returns>
    public async Task<int> TakeHeldAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var held = _held.ToHashSet(StringComparer.Ordinal);
        var taken = 0;
        foreach (var path in Unnamed(_storage, db).Unnamed.Where(held.Contains))
        {
            ct.ThrowIfCancellationRequested();
            if (File.GetLastWriteTimeUtc(path) >= _started)
            {
                continue;
            }

            Quarantine(path);
            taken++;
        }
        _held = [];
        return taken;
    }

    /// <summary>
    /// What a check says of stored files that no row names; null where there are no more than crashes leave.
    /// </summary>
    internal static string? FaultOf(StorageOptions storage, PortalDbContext db)
    {
        if (!Directory.Exists(storage.BlobRoot))
        {
            return null;
        }

        var (unnamed, total) = Unnamed(storage, db);
        return IsTooMany(unnamed.Count, total)
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"No input names {unnamed.Count} of {total} stored files: the database may be older than they are, "
                    + $"or another portal's."
            )
            : null;
    }

    private static bool IsTooMany(int unnamed, int total) => unnamed > Few && unnamed > total / Share;

    private static async Task<bool> HasRowsAsync(PortalDbContext db, CancellationToken ct) =>
        await db.Inputs.AnyAsync(ct) || await db.Videos.AnyAsync(ct);

    private static PortalException Refusal(StorageOptions storage, int count, string why) =>
        new(
            StatusCode.Failure,
            string.Create(
                CultureInfo.InvariantCulture,
                $"The data directory {storage.Root} holds {count} stored files, but {why}. Nothing was changed. "
                    + $"Restore a backup into a new folder, or move {storage.BlobRoot} away to start without them."
            )
        );

    private static IEnumerable<string> FilesOf(StorageOptions storage) =>
        Directory.EnumerateDirectories(storage.BlobRoot).SelectMany(Directory.EnumerateFiles);

    private static (List<string> Unnamed, int Total) Unnamed(StorageOptions storage, PortalDbContext db)
    {
        var (unnamed, total) = (new List<string>(), 0);
        foreach (var folder in Directory.EnumerateDirectories(storage.BlobRoot))
        {
            var named = Named(db, Path.GetFileName(folder));
            foreach (var path in Directory.EnumerateFiles(folder))
            {
                total++;
                if (!named.Contains(Path.GetFileName(path)))
                {
                    unnamed.Add(path);
                }
            }
        }
        return (unnamed, total);
    }

    // As a range, which the index on the hash answers, and once a folder; no hexadecimal digit sorts after 'f'.
    private static HashSet<string> Named(PortalDbContext db, string digits) =>
        db
            .Inputs.Where(i => i.ContentHash.CompareTo(digits) >= 0 && i.ContentHash.CompareTo(digits + "g") < 0)
            .Select(i => i.ContentHash)
            .Concat(
                db.Videos.Where(f => f.ContentHash.CompareTo(digits) >= 0 && f.ContentHash.CompareTo(digits + "g") < 0)
                    .Select(f => f.ContentHash)
            )
            .ToHashSet(StringComparer.Ordinal);

    private void Quarantine(string path)
    {
        var folder = Path.Combine(_storage.QuarantineRoot, _started.ToString(DayFormat, CultureInfo.InvariantCulture));
        Directory.CreateDirectory(folder);
        File.Move(path, Path.Combine(folder, Path.GetFileName(path)), overwrite: true);
    }

    private void DropExpired()
    {
        if (!Directory.Exists(_storage.QuarantineRoot))
        {
            return;
        }

        foreach (var folder in Directory.EnumerateDirectories(_storage.QuarantineRoot))
        {
            var isDay = DateTime.TryParseExact(
                Path.GetFileName(folder),
                DayFormat,
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var day
            );
            if (isDay && day + Kept < _started.Date)
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }
}
