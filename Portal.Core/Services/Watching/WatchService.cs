using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Core.Data;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Exchange;
using Portal.Core.Domain.Watching;
using Portal.Core.Services.Exchange.Import;

namespace Portal.Core.Services.Watching;

/// <summary>What a watched folder has brought so far.</summary>
/// <param name="Latest">The newest few, the newest first.</param>
public sealed record WatchState(
    WatchedFolder Folder,
    string FullPath,
    bool Exists,
    int Added,
    int Unchanged,
    int Refused,
    IReadOnlyList<WatchedFile> Latest
);

/// <summary>Which folder an app watches, and what came of its files.</summary>
public sealed class WatchService(
    IDbContextFactory<PortalDbContext> contexts,
    IOptions<WatchOptions> options,
    TimeProvider clock,
    ChangeFeed changes
)
{
    public const string TakenFolder = "_taken";
    public const string RefusedFolder = "_refused";
    private const int ShownFiles = 5;

    /// <summary>The folder all watched folders lie under; null where the portal's owner has set none.</summary>
    public string? Root => options.Value.Root.Length > 0 ? options.Value.Root : null;

    /// <returns>Null where the app watches no folder.</returns>
    public async Task<WatchState?> StateAsync(long appId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        if (
            Root is null
            || await db.WatchedFolders.AsNoTracking().SingleOrDefaultAsync(f => f.AppId == appId, ct) is not { } folder
        )
        {
            return null;
        }

        var counts = await db
            .WatchedFiles.Where(f => f.AppId == appId)
            .GroupBy(f => f.Result)
            .Select(g => new { g.Key, Count = g.Count() })
            .ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        var latest = await db
            .WatchedFiles.AsNoTracking()
            .Where(f => f.AppId == appId)
            .OrderByDescending(f => f.Id)
            .Take(ShownFiles)
            .ToListAsync(ct);
        var path = FullPath(folder.Path);
        return new WatchState(
            folder,
            path,
            Directory.Exists(path),
            counts.GetValueOrDefault(ImportResult.Added),
            counts.GetValueOrDefault(ImportResult.Unchanged),
            counts.GetValueOrDefault(ImportResult.Refused),
            latest
        );
    }

    /// <summary>Begins to watch a folder in place of the one before.</summary>
    /// <param name="path">Below <see cref="Root"/>.</param>
    /// <exception cref="PortalException">No root is set, or the path leads out of it.</exception>
    public async Task WatchAsync(long appId, long userId, string path, bool movesFiles, CancellationToken ct)
    {
        if (Root is null)
        {
            throw new PortalException(
                StatusCode.InvalidRequest,
                $"No folder may be watched. The portal's owner can set "
                    + $"{WatchOptions.Section}:{nameof(WatchOptions.Root)}."
            );
        }

        var good = Normal(path);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var folder = await db.WatchedFolders.SingleOrDefaultAsync(f => f.AppId == appId, ct);
        if (folder is null)
        {
            db.WatchedFolders.Add(folder = new WatchedFolder { AppId = appId, Path = good });
        }

        (folder.Path, folder.MovesFiles, folder.UserId, folder.StartedAt) = (
            good,
            movesFiles,
            userId,
            clock.GetUtcNow().UtcDateTime
        );
        await db.SaveChangesAsync(ct);
        changes.Publish(appId, ChangedNoun.Jobs);
    }

    /// <summary>What was taken stays, and is remembered: watching the folder again takes only what is new.</summary>
    public async Task StopAsync(long appId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await db.WatchedFolders.Where(f => f.AppId == appId).ExecuteDeleteAsync(ct);
        changes.Publish(appId, ChangedNoun.Jobs);
    }

    /// <summary>Writes what became of each file as an import's report.</summary>
    public async Task WriteReportAsync(long appId, Stream target, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var report = new ImportReport(target);
        await foreach (
            var file in db
                .WatchedFiles.AsNoTracking()
                .Where(f => f.AppId == appId)
                .OrderBy(f => f.Id)
                .AsAsyncEnumerable()
                .WithCancellation(ct)
        )
        {
            await report.AddAsync(
                new ImportRow(
                    file.TakenAt.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
                    file.Path,
                    file.InputId,
                    file.Result,
                    0,
                    file.Detail
                )
            );
        }
    }

    internal string FullPath(string path) => Path.Combine(Root!, path.Replace('/', Path.DirectorySeparatorChar));

    private static string Normal(string path)
    {
        var parts = path.Trim().Replace('\\', '/').Split('/', StringSplitOptions.RemoveEmptyEntries);
        var isBad =
            path.Trim().StartsWith('/')
            || parts.Length == 0
            || parts.Any(p => p is "." or ".." || p.Length > 255 || p.Any(c => c is ':' or '\0' || char.IsControl(c)));
        return isBad
            ? throw new PortalException(
                StatusCode.InvalidRequest,
                $"'{Text.Shown(path)}' is no folder below the portal's. Give its name, as in park or park/new, "
                    + $"without '..' and without a slash at the beginning."
            )
            : string.Join('/', parts);
    }
}
