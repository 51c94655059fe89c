using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Core.Data;
using Portal.Core.Domain.Errors;

namespace Portal.Core.Services.Inputs;

/// <summary>
/// Keeps what the apps of one user hold below the quota. Counted once per user and start, and kept up from then on;
/// only this process adds inputs.
/// </summary>
public sealed class InputQuota(IDbContextFactory<PortalDbContext> contexts, IOptions<QuotaOptions> options)
{
    private readonly ConcurrentDictionary<long, Lazy<Task<Usage>>> _usage = new();

    /// <summary>
    /// Sets room aside for one input until the result is disposed; <see cref="Room.Keep"/> makes it lasting.
    /// </summary>
    /// <exception cref="PortalException"><see cref="StatusCode.InputOverLimit"/>: there is no more room.</exception>
    internal async Task<Room> TakeAsync(long appId, long bytes, CancellationToken ct)
    {
        if (options.Value is { MaxInputs: null, MaxBytes: null })
        {
            return new Room(null, 0);
        }

        await using var db = await contexts.CreateDbContextAsync(ct);
        var ownerId = await db.Apps.Where(a => a.Id == appId).Select(a => a.OwnerId).SingleAsync(ct);
        var usage = await _usage
            .GetOrAdd(ownerId, id => new Lazy<Task<Usage>>(() => CountAsync(id)))
            .Value.WaitAsync(ct);
        usage.Take(bytes, options.Value);
        return new Room(usage, bytes);
    }

    private async Task<Usage> CountAsync(long ownerId)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var inputs = db.Inputs.Where(i => db.Apps.Any(a => a.Id == i.AppId && a.OwnerId == ownerId));
        var videos = db.Videos.Where(f => db.Apps.Any(a => a.Id == f.AppId && a.OwnerId == ownerId));
        return new Usage(
            await inputs.LongCountAsync() + await videos.LongCountAsync(),
            await inputs.SumAsync(i => i.ByteLength) + await videos.SumAsync(f => f.ByteLength)
        );
    }

    internal sealed class Usage(long inputs, long bytes)
    {
        private readonly Lock _lock = new();
        private long _inputs = inputs;
        private long _bytes = bytes;

        public void Take(long size, QuotaOptions quota)
        {
            lock (_lock)
            {
                if (_inputs + 1 > quota.MaxInputs)
                {
                    throw Full(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"hold {_inputs:N0} inputs, deleted ones included, and may hold {quota.MaxInputs:N0}"
                        ),
                        nameof(QuotaOptions.MaxInputs)
                    );
                }

                if (_bytes + size > quota.MaxBytes)
                {
                    throw Full(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"hold {_bytes / 1e6:N1} MB, deleted inputs included, this file has {size / 1e6:N1} "
                                + $"MB, and "
                                + $"they may hold {quota.MaxBytes / 1e6:N1} MB"
                        ),
                        nameof(QuotaOptions.MaxBytes)
                    );
                }

                _inputs++;
                _bytes += size;
            }
        }

        public void GiveBack(long size)
        {
            lock (_lock)
            {
                _inputs--;
                _bytes -= size;
            }
        }

        private static PortalException Full(string what, string setting) =>
            new(
                StatusCode.InputOverLimit,
                $"The apps of this app's owner {what}. Whoever runs the portal can "
                    + $"raise {QuotaOptions.Section}:{setting}."
            );
    }

    internal sealed class Room(Usage? usage, long bytes) : IDisposable
    {
        private bool _isKept;

        public void Keep() => _isKept = true;

        public void Dispose()
        {
            if (!_isKept)
            {
                usage?.GiveBack(bytes);
            }
        }
    }
}
