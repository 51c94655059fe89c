using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Portal.Core.Storage;

/// <summary>Tells whether the data directory can do its work, for whoever watches over the portal.</summary>
public sealed class StorageProbe(IDbContextFactory<PortalDbContext> contexts, IOptions<StorageOptions> options)
{
    public async Task<bool> IsReadyAsync(CancellationToken ct)
    {
        if (!Directory.Exists(options.Value.BlobRoot)) return false;
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.Database.CanConnectAsync(ct);
    }
}
