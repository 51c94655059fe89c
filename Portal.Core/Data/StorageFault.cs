using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Domain.Errors;

namespace Portal.Core.Data;

/// <summary>
/// Tells apart what the data directory could not do just now (a full disk, a folder that cannot be written, a database
/// that is held by somebody else) from what was wrong with the work itself. The first is nobody's fault, keeps nothing,
/// and is worth another try.
/// </summary>
public static class StorageFault
{
    private const int SqliteBusy = 5;
    private const int SqliteLocked = 6;
    private const int SqliteReadOnly = 8;
    private const int SqliteInputOutput = 10;
    private const int SqliteFull = 13;
    private const int SqliteCannotOpen = 14;

    // As .NET reports them: errno on Linux and macOS, and a Windows code.
    private const int NoSpace = 28;
    private const int ReadOnlyFileSystem = 30;
    private const int QuotaOnLinux = 122;
    private const int QuotaOnMac = 69;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    private const string Full = "The disk of the data directory is full. Free some space.";
    private const string Busy = "The database is held by another program or by long work.";

    /// <summary>
    /// The failure as <see cref="StatusCode.TryAgain"/>, for who asked for what failed; null where the data directory
    /// is not at fault.
    /// </summary>
    public static PortalException? Of(Exception e) =>
        ReasonOf(e) is { } reason
            ? new PortalException(
                StatusCode.TryAgain,
                $"{reason} Nothing of this was kept; try again after that.",
                inner: e
            )
            : null;

    /// <summary>
    /// What the data directory cannot do and what to do about it, in a sentence; null where it is not at fault.
    /// </summary>
    public static string? ReasonOf(Exception e) =>
        e switch
        {
            DbUpdateException { InnerException: { } inner } => ReasonOf(inner),
            SqliteException { SqliteErrorCode: SqliteBusy or SqliteLocked } => Busy,
            SqliteException { SqliteErrorCode: SqliteFull } => Full,
            SqliteException { SqliteErrorCode: SqliteReadOnly or SqliteInputOutput or SqliteCannotOpen } => Unwritable(
                e
            ),
            UnauthorizedAccessException => Unwritable(e),
            IOException { HResult: NoSpace or QuotaOnLinux or QuotaOnMac or WindowsDiskFull } => Full,
            IOException { HResult: ReadOnlyFileSystem } => Unwritable(e),
            _ => null,
        };

    private static string Unwritable(Exception e) =>
        $"The data directory cannot be written ({e.Message.TrimEnd('.')}). Give the portal's user the right to "
        + $"write there.";
}
