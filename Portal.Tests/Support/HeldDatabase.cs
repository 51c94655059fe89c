using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Portal.Core.Data;

namespace Portal.Tests.Support;

/// <summary>
/// A database that a test makes slow, or unable to be read: whoever asks for it waits until it is let go, or gets a
/// fault.
/// </summary>
internal sealed class HeldDatabase(DbContextOptions<PortalDbContext> options) : IDbContextFactory<PortalDbContext>
{
    // As a disk without space reports itself on Linux.
    private const int NoSpace = 28;
    private readonly PooledDbContextFactory<PortalDbContext> _contexts = new(options);
    private volatile TaskCompletionSource _gate = Opened();
    private volatile bool _isFull;

    public void Hold() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void LetGo() => _gate.TrySetResult();

    /// <summary>From now on the disk is full, or has space again.</summary>
    public void SetFull(bool isFull) => _isFull = isFull;

    public PortalDbContext CreateDbContext() => _contexts.CreateDbContext();

    public async Task<PortalDbContext> CreateDbContextAsync(CancellationToken cancellationToken = default)
    {
        await _gate.Task.WaitAsync(cancellationToken);
        return _isFull
            ? throw new IOException("No space left on device.", NoSpace)
            : await _contexts.CreateDbContextAsync(cancellationToken);
    }

    private static TaskCompletionSource Opened()
    {
        var gate = new TaskCompletionSource();
        gate.SetResult();
        return gate;
    }
}
