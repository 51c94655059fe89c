using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Portal.Core.Data.Sqlite;

/// <summary>
/// A command whose statement its connection keeps when whoever made it is done: EF makes a command for every row it
/// writes, and SQLite would translate the same text each time.
/// </summary>
internal sealed class PreparedCommand : SqliteCommand
{
    private bool _isEnded;

    /// <summary>Disposed for good: it was not taken up, or its connection closes.</summary>
    public void End()
    {
        _isEnded = true;
        Dispose();
    }

    /// <summary>Takes the place of a command with the same text.</summary>
    public void Take(DbCommand other)
    {
        foreach (SqliteParameter parameter in other.Parameters)
        {
            Parameters.Add(parameter);
        }

        (Transaction, CommandTimeout) = ((SqliteTransaction?)other.Transaction, other.CommandTimeout);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isEnded && Connection is PortalConnection connection && connection.TryKeep(this))
        {
            return;
        }

        base.Dispose(disposing);
    }
}
