using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Core.Data;
using Portal.Core.Data.Sqlite;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Exchange;
using Portal.Core.Domain.Inputs;
using Portal.Core.Domain.Watching;
using Portal.Core.Engines.Fetch;
using Portal.Core.Platform;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Videos;

namespace Portal.Core.Services.Watching;

/// <summary>
/// Looks at the watched folders again and again, and takes each file in once it has stopped changing. It asks, because
/// no operating system tells of changes on every kind of disk. A file that is taken is written down first and moved
/// afterwards, so that a crash in between takes nothing twice.
/// </summary>
public sealed partial class WatchWorker(
    IDbContextFactory<PortalDbContext> contexts,
    WatchService watching,
    InputService inputs,
    VideoService videos,
    IOptions<WatchOptions> options,
    TimeProvider clock,
    ChangeFeed changes,
    ILogger<WatchWorker> log
) : BackgroundService
{
    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Hidden | FileAttributes.System,
        IgnoreInaccessible = true,
    };
    private readonly Dictionary<(long AppId, DateTime StartedAt, string Path), Look> _seen = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (watching.Root is null)
        {
            return;
        }

        WriteQueue.LetOthersFirst();
        using var timer = new PeriodicTimer(options.Value.Every, clock);
        do
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            // One bad look must not end the watch, whatever it is.
#pragma warning disable CA1031
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogFault(log, e);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task LookAsync(CancellationToken ct)
    {
        List<WatchedFolder> folders;
        await using (var db = await contexts.CreateDbContextAsync(ct))
        {
            folders = await (
                from f in db.WatchedFolders.AsNoTracking()
                join a in db.Apps on f.AppId equals a.Id
                where a.DeletedAt == null
                select f
            ).ToListAsync(ct);
        }
        foreach (var folder in folders)
        {
            var root = watching.FullPath(folder.Path);
            if (!Directory.Exists(root) || IsBehindLink(root))
            {
                continue;
            }

            foreach (var file in new DirectoryInfo(root).EnumerateFiles("*", Everything))
            {
                ct.ThrowIfCancellationRequested();
                var inside = Path.GetRelativePath(root, file.FullName).Replace('\\', '/');
                if (
                    inside.Split('/')[0] is WatchService.TakenFolder or WatchService.RefusedFolder
                    || inside.Split('/').Any(p => p.StartsWith('.'))
                )
                {
                    continue;
                }

                if (IsStill(folder, file) && await TakeAsync(folder, root, inside, file, ct))
                {
                    _seen[KeyOf(folder, file)] = _seen[KeyOf(folder, file)] with { IsTaken = true };
                }
            }
        }
    }

    /// <summary>A file as it was when it was looked at.</summary>
    private readonly record struct Look(long Length, DateTime ChangedAt, bool IsTaken);

    private static (long AppId, DateTime StartedAt, string Path) KeyOf(WatchedFolder folder, FileInfo file) =>
        (folder.AppId, folder.StartedAt, file.FullName);

    /// <summary>Whether a file that is still to be taken is as it was at the last look.</summary>
    private bool IsStill(WatchedFolder folder, FileInfo file)
    {
        var now = new Look(file.Length, file.LastWriteTimeUtc, false);
        var isKnown = _seen.TryGetValue(KeyOf(folder, file), out var before) && before with { IsTaken = false } == now;
        if (!isKnown)
        {
            _seen[KeyOf(folder, file)] = now;
        }

        return isKnown && !before.IsTaken && now.Length > 0;
    }

    /// <returns>Whether it is done with; false where it cannot be read right now.</returns>
    private async Task<bool> TakeAsync(
        WatchedFolder folder,
        string root,
        string inside,
        FileInfo file,
        CancellationToken ct
    )
    {
        var path = $"{folder.Path}/{inside}";
        await using var db = await contexts.CreateDbContextAsync(ct);
        var row = await db
            .WatchedFiles.Where(f => f.AppId == folder.AppId && f.Path == path)
            .OrderByDescending(f => f.Id)
            .FirstOrDefaultAsync(ct);
        // The database keeps times to the microsecond.
        var changedAt = new DateTime(file.LastWriteTimeUtc.Ticks / 10 * 10, DateTimeKind.Utc);
        if (row is null || row.ByteLength != file.Length || row.ChangedAt != changedAt)
        {
            if (await TakeInAsync(folder, path, file, ct) is not { } taken)
            {
                return false;
            }

            taken.ChangedAt = changedAt;
            db.WatchedFiles.Add(row = taken);
            await db.SaveChangesAsync(ct);
            changes.Publish(folder.AppId, ChangedNoun.Jobs);
        }
        if (folder.MovesFiles)
        {
            Move(
                file,
                Path.Combine(
                    root,
                    row.Result == ImportResult.Refused ? WatchService.RefusedFolder : WatchService.TakenFolder,
                    inside
                )
            );
        }

        return true;
    }

    /// <returns>Null where the file cannot be read right now.</returns>
    private async Task<WatchedFile?> TakeInAsync(WatchedFolder folder, string path, FileInfo file, CancellationToken ct)
    {
        var taken = new WatchedFile
        {
            AppId = folder.AppId,
            Path = path,
            ByteLength = file.Length,
            TakenAt = clock.GetUtcNow().UtcDateTime,
        };
        try
        {
            await using var content = new FileStream(
                file.FullName,
                FileMode.Open,
                FileAccess.Read,
                FileShare.Read,
                0,
                FileOptions.Asynchronous
            );
            await using var peeked = await PeekedStream.OpenAsync(content, ct);
            var wanted = new NewInput(FileName: file.Name, SkipDuplicate: true);
            taken.InputId = peeked.IsVideo
                ? (await videos.AcceptAsync(folder.AppId, folder.UserId, wanted, peeked, ct)).ExternalId
                : (await inputs.AcceptAsync(folder.AppId, folder.UserId, wanted, peeked, ct)).ExternalId;
            taken.Result = ImportResult.Added;
        }
        catch (PortalException e) when (e.Code == StatusCode.InputDuplicate)
        {
            (taken.Result, taken.InputId) = (ImportResult.Unchanged, e.Subject);
        }
        catch (PortalException e)
        {
            (taken.Result, taken.Detail) = (ImportResult.Refused, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogUnread(log, path, e.Message);
            return null;
        }
        return taken;
    }

    private void Move(FileInfo file, string target)
    {
        try
        {
            FileRights.MakeAsItsParent(Path.GetDirectoryName(target)!);
            for (var number = 2; File.Exists(target); number++)
            {
                target = Path.Combine(
                    Path.GetDirectoryName(target)!,
                    $"{Path.GetFileNameWithoutExtension(file.Name)}-{number}{file.Extension}"
                );
            }

            File.Move(file.FullName, target);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is written down as taken, and is moved when that is allowed.
            LogUnmoved(log, file.FullName, e.Message);
        }
    }

    private bool IsBehindLink(string path)
    {
        for (
            var folder = new DirectoryInfo(path);
            folder is not null && folder.FullName.Length > watching.Root!.Length;
            folder = folder.Parent
        )
        {
            if (folder.LinkTarget is not null)
            {
                return true;
            }
        }
        return false;
    }

    [LoggerMessage(LogLevel.Warning, "The watched file {Path} cannot be read and is tried again: {Reason}")]
    private static partial void LogUnread(ILogger log, string path, string reason);

    [LoggerMessage(LogLevel.Warning, "The watched file {Path} was taken but cannot be moved: {Reason}")]
    private static partial void LogUnmoved(ILogger log, string path, string reason);

    [LoggerMessage(LogLevel.Error, "Looking at the watched folders hit a fault")]
    private static partial void LogFault(ILogger log, Exception e);
}
