using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Core.Data;
using Portal.Core.Data.Files;

namespace Portal.Core.Services.Storage;

/// <summary>Tells whether the data directory can do its work, for whoever watches over the portal.</summary>
public sealed class StorageProbe(IDbContextFactory<PortalDbContext> contexts, IOptions<StorageOptions> options)
{
    /// <summary>
    /// Less than this, in bytes, is no room to work in: the largest pictures and the database's log would not fit.
    /// </summary>
    private const long LeastFree = 50_000_000;

    /// <summary>Tries the data directory out: its room, writing a file, reading the database.</summary>
    /// <returns>Why it cannot do its work, in a sentence; null when it can.</returns>
    public async Task<string?> WhyNotReadyAsync(CancellationToken ct)
    {
        var storage = options.Value;
        if (!Directory.Exists(storage.BlobRoot))
        {
            return $"The folder {storage.BlobRoot} is missing. Restore the data directory from a backup.";
        }

        var free = new DriveInfo(storage.Root).AvailableFreeSpace;
        if (free < LeastFree)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"The disk of {storage.Root} is full: {free / 1e6:0} MB are free. Free some space."
            );
        }

        try
        {
            var path = Path.Combine(storage.IncomingRoot, $"probe-{Guid.NewGuid():N}");
            await using (
                var file = new FileStream(
                    path,
                    FileMode.CreateNew,
                    FileAccess.Write,
                    FileShare.None,
                    1,
                    FileOptions.DeleteOnClose
                )
            )
            {
                file.WriteByte(0);
            }

            await using var db = await contexts.CreateDbContextAsync(ct);
            await db.Apps.AnyAsync(ct);
            return null;
        }
        catch (Exception e) when (StorageFault.ReasonOf(e) is not null)
        {
            return StorageFault.ReasonOf(e);
        }
    }
}
