using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Portal.Core.Storage.Sqlite;

/// <summary>
/// Lets writers pass one after another (<see cref="WriteQueue"/>): a transaction until it ends, and a statement that changes rows without one. What only reads does
/// not wait.
/// </summary>
internal sealed class WriteTurns(TimeSpan limit) : DbCommandInterceptor, IDbTransactionInterceptor, IDbConnectionInterceptor
{
    private readonly WriteQueue _queue = new();

    /// <summary>Connections whose turn it is; one at a time, but for the moment between its end and our hearing of it.</summary>
    private readonly ConcurrentDictionary<Guid, bool> _writing = new();

    public InterceptionResult<DbTransaction> TransactionStarting(DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result)
    {
        try
        {
            TakeAsync(eventData.ConnectionId, CancellationToken.None).GetAwaiter().GetResult();
            return InterceptionResult<DbTransaction>.SuppressWithResult(connection.BeginTransaction(eventData.IsolationLevel));
        }
        catch
        {
            Release(eventData.ConnectionId);
            eventData.Context?.Database.CloseConnection();
            throw;
        }
    }

    public async ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result, CancellationToken cancellationToken = default)
    {
        try
        {
            await TakeAsync(eventData.ConnectionId, cancellationToken);
            return InterceptionResult<DbTransaction>.SuppressWithResult(await connection.BeginTransactionAsync(eventData.IsolationLevel, cancellationToken));
        }
        catch
        {
            // Nobody would hear of the end of what never began; and the context would take an open connection back to its pool.
            Release(eventData.ConnectionId);
            if (eventData.Context is { } context) await context.Database.CloseConnectionAsync();
            throw;
        }
    }

    public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        if (command.Transaction is null && eventData.CommandSource is CommandSource.ExecuteUpdate or CommandSource.ExecuteDelete) await TakeAsync(eventData.ConnectionId, cancellationToken);
        return result;
    }

    public override ValueTask<int> NonQueryExecutedAsync(DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        if (command.Transaction is null) Release(eventData.ConnectionId);
        return ValueTask.FromResult(result);
    }

    public override Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        if (command.Transaction is null) Release(eventData.ConnectionId);
        return Task.CompletedTask;
    }

    public override Task CommandCanceledAsync(DbCommand command, CommandEndEventData eventData, CancellationToken cancellationToken = default)
    {
        if (command.Transaction is null) Release(eventData.ConnectionId);
        return Task.CompletedTask;
    }

    public void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) => Release(eventData.ConnectionId);

    public Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Release(eventData.ConnectionId);
        return Task.CompletedTask;
    }

    // A transaction that is rolled back or left gives its connection back at once.
    public void ConnectionClosed(DbConnection connection, ConnectionEndEventData eventData) => Release(eventData.ConnectionId);

    public Task ConnectionClosedAsync(DbConnection connection, ConnectionEndEventData eventData)
    {
        Release(eventData.ConnectionId);
        return Task.CompletedTask;
    }

    private async Task TakeAsync(Guid connectionId, CancellationToken ct)
    {
        if (_writing.ContainsKey(connectionId)) return;
        await _queue.TakeAsync(limit, ct);
        _writing[connectionId] = true;
    }

    private void Release(Guid connectionId)
    {
        if (_writing.TryRemove(connectionId, out _)) _queue.Release();
    }
}
