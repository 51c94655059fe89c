using System.Data;
using System.Data.Common;
using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Portal.Core.Platform;

namespace Portal.Core.Data.Sqlite;

/// <summary>
/// A connection that waits for its turn to write, and gives it back with the end of its transaction, whichever way that
/// ends.
/// </summary>
internal sealed class PortalConnection(string connectionString, WriteQueue queue) : SqliteConnection(connectionString)
{
    /// <summary>Enough for all kinds of rows that one transaction writes.</summary>
    private const int MostKept = 32;

    /// <summary>Commands whose statements can be run again, by their text.</summary>
    private readonly Dictionary<string, PreparedCommand> _kept = new(StringComparer.Ordinal);

    /// <summary>When its slot came, and whose it is; null while it has none.</summary>
    private (long Since, KeyValuePair<string, object?> By)? _slot;

    /// <summary>
    /// The provider sets this to null after a commit, after a rollback, and when a transaction or the connection is
    /// disposed.
    /// </summary>
    protected override SqliteTransaction? Transaction
    {
        get => base.Transaction;
        set
        {
            base.Transaction = value;
            if (value is null)
            {
                Leave();
            }
        }
    }

    /// <exception cref="SqliteException">Busy: the slot did not come, or another program holds the
    /// database.</exception>
    public async ValueTask<DbTransaction> BeginInSlotAsync(IsolationLevel isolation, CancellationToken ct)
    {
        await TakeAsync(ct);
        try
        {
            return BeginTransaction(isolation);
        }
        catch
        {
            Leave();
            throw;
        }
    }

    /// <summary>Runs one statement that changes rows, outside a transaction.</summary>
    /// <returns>How many rows it changed.</returns>
    public async ValueTask<int> ExecuteInSlotAsync(DbCommand command, CancellationToken ct)
    {
        await TakeAsync(ct);
        try
        {
            return await command.ExecuteNonQueryAsync(ct);
        }
        finally
        {
            Leave();
        }
    }

    public override SqliteCommand CreateCommand() =>
        new PreparedCommand
        {
            Connection = this,
            CommandTimeout = DefaultTimeout,
            Transaction = Transaction,
        };

    /// <summary>The command itself, or in its place one that was kept and has its statement ready.</summary>
    public DbCommand Prepared(DbCommand command)
    {
        if (!_kept.Remove(command.CommandText, out var kept))
        {
            return command;
        }

        kept.Take(command);
        ((PreparedCommand)command).End();
        return kept;
    }

    public bool TryKeep(PreparedCommand command)
    {
        if (Transaction is null || _kept.Count == MostKept)
        {
            return false;
        }

        command.Parameters.Clear();
        return _kept.TryAdd(command.CommandText, command);
    }

    public override void Close()
    {
        foreach (var command in _kept.Values)
        {
            command.End();
        }

        _kept.Clear();
        base.Close();
    }

    private async Task TakeAsync(CancellationToken ct)
    {
        var asked = Stopwatch.GetTimestamp();
        var by = new KeyValuePair<string, object?>("by", WriteQueue.IsBackground ? "background" : "people");
        await queue.TakeAsync(TimeSpan.FromSeconds(DefaultTimeout), ct);
        _slot = (Stopwatch.GetTimestamp(), by);
        Telemetry.WriteWait.Record(Stopwatch.GetElapsedTime(asked).TotalSeconds, by);
    }

    private void Leave()
    {
        if (_slot is not { } slot)
        {
            return;
        }

        _slot = null;
        queue.Release();
        Telemetry.WriteDuration.Record(Stopwatch.GetElapsedTime(slot.Since).TotalSeconds, slot.By);
    }
}
