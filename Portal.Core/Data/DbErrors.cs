using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Domain.Errors;

namespace Portal.Core.Data;

/// <summary>Reads what a database refused, so that services can say it in their own words.</summary>
internal static class DbErrors
{
    private const int UniqueViolation = 2067;
    private const int PrimaryKeyViolation = 1555;

    /// <summary>
    /// Saves; where a unique index refuses a row, because somebody else was first with the id, <paramref name="taken"/>
    /// says so.
    /// </summary>
    public static async Task SaveOrRefuseAsync(
        this PortalDbContext db,
        Func<PortalException> taken,
        CancellationToken ct
    )
    {
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException e)
            when (e.InnerException
                    is SqliteException { SqliteExtendedErrorCode: UniqueViolation or PrimaryKeyViolation }
            )
        {
            throw taken();
        }
    }
}
