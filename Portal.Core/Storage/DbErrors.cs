using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Portal.Core.Storage;

/// <summary>Reads what a database refused, so that services can say it in their own words.</summary>
public static class DbErrors
{
    private const int UniqueViolation = 2067;
    private const int PrimaryKeyViolation = 1555;

    /// <summary>True where a unique index refused the row: somebody else was first.</summary>
    public static bool IsDuplicate(this DbUpdateException error) =>
        error.InnerException is SqliteException { SqliteExtendedErrorCode: UniqueViolation or PrimaryKeyViolation };
}
