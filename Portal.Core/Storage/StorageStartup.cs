using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Core.Errors;
using Portal.Core.Exchange;
using Portal.Core.Storage.Sqlite;

namespace Portal.Core.Storage;

/// <summary>Opens the data directory: alone, migrated, and without files that nothing names.</summary>
public sealed partial class StorageStartup(
    IOptions<StorageOptions> options, IDbContextFactory<PortalDbContext> contexts, BlobStore blobs, ExchangeFiles exchange, TimeProvider clock, ILogger<StorageStartup> log) : IHostedService, IDisposable
{
    private FileStream? _lock;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _lock = Lock(options.Value);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        MigrationHistory.RequireKnown(db, options.Value);
        if (await SqliteStorage.KeepBeforeMigrationAsync(db, options.Value.MigrationBackupRoot, clock.GetUtcNow().UtcDateTime, cancellationToken) is { } kept) LogKept(log, kept);
        await SqliteStorage.MigrateAsync(db, cancellationToken);
        var swept = blobs.Sweep(digits => Named(db, digits)) + exchange.Sweep(await ImportJob.FilesInUseAsync(db, cancellationToken));
        LogOpened(log, options.Value.Root, swept);
    }

    // As a range, which the index on the hash answers; no hexadecimal digit sorts after 'f'.
    private static HashSet<string> Named(PortalDbContext db, string digits) => db.Inputs
        .Where(i => i.ContentHash.CompareTo(digits) >= 0 && i.ContentHash.CompareTo(digits + "g") < 0)
        .Select(i => i.ContentHash)
        .Concat(db.Films.Where(f => f.ContentHash.CompareTo(digits) >= 0 && f.ContentHash.CompareTo(digits + "g") < 0).Select(f => f.ContentHash))
        .ToHashSet(StringComparer.Ordinal);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _lock?.Dispose();

    /// <summary>Two portals on one data directory would each take the other's claims for stale ones.</summary>
    private static FileStream Lock(StorageOptions options)
    {
        try
        {
            PrivateFolder.Make(options.Root);
            foreach (var folder in (string[])[options.BlobRoot, options.IncomingRoot]) Directory.CreateDirectory(folder);
            return new FileStream(options.LockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new PortalException(StatusCode.Failure, $"The data directory {options.Root} cannot be written. Give the portal's user the right, or set {StorageOptions.Section}:Root.", inner: e);
        }
        catch (IOException e) when (Directory.Exists(options.Root))
        {
            throw new PortalException(StatusCode.Failure, $"The data directory {options.Root} is open in another portal. Stop it, or set {StorageOptions.Section}:Root to another folder.", inner: e);
        }
    }

    [LoggerMessage(LogLevel.Information, "The database is upgraded; as it was before it is kept in {Path}")]
    private static partial void LogKept(ILogger log, string path);

    [LoggerMessage(LogLevel.Information, "Data directory {Root} is open; {Swept} unused files removed")]
    private static partial void LogOpened(ILogger log, string root, int swept);
}
