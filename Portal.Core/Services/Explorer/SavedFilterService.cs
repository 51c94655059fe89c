using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Explorer;

namespace Portal.Core.Services.Explorer;

/// <summary>Filters kept under a name, one set an app.</summary>
public sealed class SavedFilterService(IDbContextFactory<PortalDbContext> contexts, ChangeFeed changes)
{
    private const int MaxName = 80;
    private const int MaxQuery = 4000;

    public async Task<IReadOnlyList<SavedFilter>> ListAsync(long appId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.SavedFilters.AsNoTracking().Where(f => f.AppId == appId).OrderBy(f => f.Name).ToListAsync(ct);
    }

    /// <summary>Keeps a filter; one of the same name is replaced.</summary>
    public async Task SaveAsync(long appId, string name, string query, CancellationToken ct)
    {
        name = name.Trim();
        if (name.Length is 0 or > MaxName)
        {
            throw new PortalException(StatusCode.InvalidRequest, $"A filter's name has 1 to {MaxName} characters.");
        }

        if (query.Length > MaxQuery)
        {
            throw new PortalException(
                StatusCode.InvalidRequest,
                $"The filter takes more than {MaxQuery} characters. Take something out of it."
            );
        }

        await using var db = await contexts.CreateDbContextAsync(ct);
        var row = await db.SavedFilters.SingleOrDefaultAsync(f => f.AppId == appId && f.Name == name, ct);
        if (row is null)
        {
            db.SavedFilters.Add(
                row = new SavedFilter
                {
                    AppId = appId,
                    Name = name,
                    Query = query,
                }
            );
        }

        row.Query = query;
        await db.SaveChangesAsync(ct);
        changes.Publish(appId, ChangedNoun.Inputs);
    }

    public async Task DeleteAsync(long appId, string name, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await db.SavedFilters.Where(f => f.AppId == appId && f.Name == name).ExecuteDeleteAsync(ct);
        changes.Publish(appId, ChangedNoun.Inputs);
    }
}
