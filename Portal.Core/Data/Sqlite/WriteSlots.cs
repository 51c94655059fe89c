using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Portal.Core.Data.Sqlite;

/// <summary>
/// Lets writers pass one after another (<see cref="WriteQueue"/>): a transaction until it ends, and a statement that
/// changes rows without one. What only reads does not wait.
/// </summary>
internal sealed class WriteSlots(string connectionString)
    : DbCommandInterceptor,
        IDbConnectionInterceptor,
        IDbTransactionInterceptor
{
    private readonly WriteQueue _queue = new();

    // The provider's own connection would also bring the functions by which SQLite can reckon with decimals, of which
    // there are none here.
    public InterceptionResult<DbConnection> ConnectionCreating(
        ConnectionCreatingEventData eventData,
        InterceptionResult<DbConnection> result
    ) => InterceptionResult<DbConnection>.SuppressWithResult(new PortalConnection(connectionString, _queue));

    public async ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
        DbConnection connection,
        TransactionStartingEventData eventData,
        InterceptionResult<DbTransaction> result,
        CancellationToken cancellationToken = default
    ) =>
        InterceptionResult<DbTransaction>.SuppressWithResult(
            await ((PortalConnection)connection).BeginInSlotAsync(eventData.IsolationLevel, cancellationToken)
        );

    public override DbCommand CommandInitialized(CommandEndEventData eventData, DbCommand result) =>
        ((PortalConnection)result.Connection!).Prepared(result);

    public override async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<int> result,
        CancellationToken cancellationToken = default
    ) =>
        command is { Transaction: null, Connection: PortalConnection connection }
        && eventData.CommandSource is (CommandSource.ExecuteUpdate or CommandSource.ExecuteDelete)
            ? InterceptionResult<int>.SuppressWithResult(
                await connection.ExecuteInSlotAsync(command, cancellationToken)
            )
            : result;
}
