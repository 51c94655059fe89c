using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Errors;

namespace Portal.Core.Storage;

/// <summary>
/// Tells apart what the data directory could not do just now (a full disk, a folder that cannot be written, a database that is held by somebody else) from
/// what was wrong with the work itself. The first is nobody's fault, keeps nothing, and is worth another try.
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

    private const string Full = "The disk of the data directory is full. Free some space; nothing of this was kept, so try again then.";
    private const string Busy = "The database is held by another program or by long work. Nothing of this was kept; try again in a moment.";

    /// <summary>The failure as <see cref="StatusCode.TryAgain"/>, with a sentence that says what to do; null where the data directory is not at fault.</summary>
    public static PortalException? Of(Exception e) => Sentence(e) is { } sentence ? new PortalException(StatusCode.TryAgain, sentence, inner: e) : null;

    private static string? Sentence(Exception e) => e switch
    {
        DbUpdateException { InnerException: { } inner } => Sentence(inner),
        SqliteException { SqliteErrorCode: SqliteBusy or SqliteLocked } => Busy,
        SqliteException { SqliteErrorCode: SqliteFull } => Full,
        SqliteException { SqliteErrorCode: SqliteReadOnly or SqliteInputOutput or SqliteCannotOpen } => Unwritable(e),
        UnauthorizedAccessException => Unwritable(e),
        IOException { HResult: NoSpace or QuotaOnLinux or QuotaOnMac or WindowsDiskFull } => Full,
        IOException { HResult: ReadOnlyFileSystem } => Unwritable(e),
        _ => null,
    };

    private static string Unwritable(Exception e) =>
        $"The data directory cannot be written ({e.Message.TrimEnd('.')}). Give the portal's user the right to write there; nothing of this was kept, so try again then.";
}
