using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Core.Data;
using Portal.Core.Data.Files;
using Portal.Core.Data.Sqlite;
using Portal.Core.Domain.Errors;
using Portal.Core.Platform;
using Portal.Core.Services.Exchange;
using Portal.Core.Services.Exchange.Import;

namespace Portal.Core.Services.Storage;

/// <summary>Opens the data directory: alone, migrated, and without files that nothing names.</summary>
public sealed partial class StorageStartup(
    IOptions<StorageOptions> options,
    IDbContextFactory<PortalDbContext> contexts,
    BlobStore blobs,
    BlobCleanup cleanup,
    ExchangeFiles exchange,
    TimeProvider clock,
    ILogger<StorageStartup> log
) : IHostedService, IDisposable
{
    private FileStream? _lock;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _lock = Lock(options.Value);
        if (FileRights.AreOpenToOthers(options.Value.Root))
        {
            LogOpen(log, options.Value.Root);
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (!MigrationHistory.RequireKnown(db, options.Value))
        {
            BlobCleanup.RequireNoFiles(options.Value);
        }

        if (
            await SqliteStorage.KeepBeforeMigrationAsync(
                db,
                options.Value.MigrationBackupRoot,
                clock.GetUtcNow().UtcDateTime,
                cancellationToken
            ) is
            { } kept
        )
        {
            LogKept(log, kept);
        }

        await SqliteStorage.MigrateAsync(db, cancellationToken);
        var aside = await cleanup.RunAsync(cancellationToken);
        if (aside > 0)
        {
            LogAside(log, aside, options.Value.QuarantineRoot);
        }

        if (cleanup.HeldCount > 0)
        {
            LogHeld(log, cleanup.HeldCount, options.Value.BlobRoot);
        }

        var removed =
            blobs.DropHalfReceived() + exchange.CleanUp(await ImportJob.FilesInUseAsync(db, cancellationToken));
        LogOpened(log, options.Value.Root, removed);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _lock?.Dispose();

    /// <summary>Two portals on one data directory would each take the other's claims for stale ones.</summary>
    private static FileStream Lock(StorageOptions options)
    {
        try
        {
            PrivateFolder.Make(options.Root);
            foreach (var folder in (string[])[options.BlobRoot, options.IncomingRoot])
            {
                Directory.CreateDirectory(folder);
            }

            return new FileStream(options.LockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new PortalException(
                StatusCode.Failure,
                $"The data directory {options.Root} cannot be written. Give the portal's user the right, or set "
                    + $"{StorageOptions.Section}:Root.",
                inner: e
            );
        }
        catch (IOException e) when (Directory.Exists(options.Root))
        {
            throw new PortalException(
                StatusCode.Failure,
                $"The data directory {options.Root} is open in another portal. Stop it, or set "
                    + $"{StorageOptions.Section}:Root to another folder.",
                inner: e
            );
        }
    }

    [LoggerMessage(LogLevel.Information, "The database is upgraded; as it was before it is kept in {Path}")]
    private static partial void LogKept(ILogger log, string path);

    [LoggerMessage(
        LogLevel.Warning,
        "Other users of this machine can look into the data directory {Root}, which holds what lets people in. "
            + "Close it to them: chmod 700"
    )]
    private static partial void LogOpen(ILogger log, string root);

    [LoggerMessage(
        LogLevel.Information,
        "{Count} stored files that no input names were moved to {Folder}, where they stay for seven days"
    )]
    private static partial void LogAside(ILogger log, int count, string folder);

    [LoggerMessage(
        LogLevel.Warning,
        "No input names {Count} of the stored files in {Folder}: the database may be older than they are. They stay "
            + "until the owner has them taken away on the page Jobs"
    )]
    private static partial void LogHeld(ILogger log, int count, string folder);

    [LoggerMessage(LogLevel.Information, "Data directory {Root} is open; {Removed} unfinished files removed")]
    private static partial void LogOpened(ILogger log, string root, int removed);
}
