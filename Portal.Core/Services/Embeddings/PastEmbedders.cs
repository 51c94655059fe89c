using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Portal.Core.Data;
using Portal.Core.Data.Files;
using Portal.Core.Domain.Embeddings;
using Portal.Core.Domain.Errors;
using Portal.Core.Engines.Embedding;
using Portal.Core.Platform;
using Portal.Core.Services.Storage;

namespace Portal.Core.Services.Embeddings;

/// <summary>
/// Embedders other than the configured one, on whose vectors classifiers were trained. Each network is copied into the
/// data directory when the first classifier is trained on it, and loaded from there when one is needed; one that was
/// not used for a while is closed.
/// </summary>
public sealed partial class PastEmbedders(
    IDbContextFactory<PortalDbContext> contexts,
    IImageEmbedder current,
    IOptions<StorageOptions> storage,
    IOptions<EmbedderOptions> options,
    TimeProvider clock,
    ILogger<PastEmbedders> log
) : IDisposable
{
    /// <summary>The default network takes some 100 MB of memory while it is open.</summary>
    private static readonly TimeSpan KeptOpen = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly Dictionary<long, Entry> _open = [];

    /// <summary>An embedder in use. It stays open until it is disposed.</summary>
    public sealed class Used : IDisposable
    {
        private readonly Action _release;

        internal Used(long embedderId, IImageEmbedder embedder, Action release) =>
            (EmbedderId, Embedder, _release) = (embedderId, embedder, release);

        public long EmbedderId { get; }

        public IImageEmbedder Embedder { get; }

        public void Dispose() => _release();
    }

    /// <summary>
    /// Copies the configured embedder's network into the data directory, unless it is there. A copy that cannot be made
    /// is no failure: what it is for may never come.
    /// </summary>
    /// <param name="embedderId">The configured embedder's row.</param>
    public async Task KeepAsync(long embedderId, CancellationToken ct)
    {
        if (current.Source is not { } source)
        {
            return;
        }

        try
        {
            await Task.Run(() => FileFlush.Copy(source.Path, PathOf(source.Network.Sha256)), ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotKept(log, source.Path, e.Message);
        }
        await using var db = await contexts.CreateDbContextAsync(ct);
        var network = JsonSerializer.Serialize(source.Network);
        await db
            .Embedders.Where(e => e.Id == embedderId && e.Network == null)
            .ExecuteUpdateAsync(set => set.SetProperty(e => e.Network, network), ct);
    }

    /// <summary>
    /// Copies the configured embedder's network, unless it is there, where a classifier is trained on it: an older
    /// portal kept none.
    /// </summary>
    public async Task KeepUsedAsync(CancellationToken ct)
    {
        var key = current.Identity.Key;
        await using var db = await contexts.CreateDbContextAsync(ct);
        var row = await db.Embedders.AsNoTracking().SingleOrDefaultAsync(e => e.Key == key, ct);
        if (row is not null && await db.ModelVersions.AnyAsync(v => v.EmbedderId == row.Id, ct))
        {
            await KeepAsync(row.Id, ct);
        }
    }

    /// <summary>
    /// Why an embedder cannot be loaded, as the end of a sentence; null where it can. The file's content is not looked
    /// at.
    /// </summary>
    public async Task<string?> WhyGoneAsync(long embedderId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var row = await db.Embedders.AsNoTracking().SingleAsync(e => e.Id == embedderId, ct);
        return WhyGone(row);
    }

    /// <summary>Opens an embedder, or shares the open one.</summary>
    /// <returns>Null and the reason, as the end of a sentence, where its network is gone.</returns>
    public async Task<(Used? Used, string? WhyGone)> UseAsync(long embedderId, CancellationToken ct)
    {
        await _opening.WaitAsync(ct);
        try
        {
            if (!_open.TryGetValue(embedderId, out var entry))
            {
                await using var db = await contexts.CreateDbContextAsync(ct);
                var row = await db.Embedders.AsNoTracking().SingleAsync(e => e.Id == embedderId, ct);
                if (WhyGone(row) is { } gone)
                {
                    return (null, gone);
                }

                var network = JsonSerializer.Deserialize<KeptNetwork>(row.Network!)!;
                var path = PathOf(network.Sha256);
                try
                {
                    var loaded = OnnxImageEmbedder.Load(path, network, options.Value);
                    if (loaded.Identity.Key != row.Key)
                    {
                        loaded.Dispose();
                        return (null, $"{Shown(network)} in the data directory is another network");
                    }
                    _open[embedderId] = entry = new Entry(loaded);
                }
                catch (PortalException e)
                {
                    LogNotLoaded(log, path, e);
                    return (null, $"{Shown(network)} in the data directory cannot be loaded");
                }
            }
            lock (entry)
            {
                entry.Users++;
            }

            return (new Used(embedderId, entry.Embedder, () => Release(entry)), null);
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Closes what was not used for a while.</summary>
    public void Trim()
    {
        if (!_opening.Wait(0))
        {
            return;
        }

        try
        {
            foreach (var (id, entry) in _open.ToList())
            {
                lock (entry)
                {
                    if (entry.Users > 0 || clock.GetUtcNow() - entry.LastUse < KeptOpen)
                    {
                        continue;
                    }
                }
                _open.Remove(id);
                entry.Embedder.Dispose();
            }
        }
        finally
        {
            _opening.Release();
        }
    }

    public void Dispose()
    {
        foreach (var entry in _open.Values)
        {
            entry.Embedder.Dispose();
        }

        _open.Clear();
        _opening.Dispose();
    }

    private string? WhyGone(Embedder row)
    {
        if (row.Network is null)
        {
            return "its network was not kept in the data directory";
        }

        var network = JsonSerializer.Deserialize<KeptNetwork>(row.Network)!;
        return File.Exists(PathOf(network.Sha256)) ? null : $"{Shown(network)} is gone from the data directory";
    }

    /// <summary>The copy's path as far as people need it.</summary>
    private static string Shown(KeptNetwork network) => $"networks/{network.Sha256[..12]}…";

    private string PathOf(string sha256) => Path.Combine(storage.Value.NetworkRoot, sha256 + ".onnx");

    private void Release(Entry entry)
    {
        lock (entry)
        {
            (entry.Users, entry.LastUse) = (entry.Users - 1, clock.GetUtcNow());
        }
    }

    private sealed class Entry(OnnxImageEmbedder embedder)
    {
        public OnnxImageEmbedder Embedder => embedder;
        public int Users { get; set; }
        public DateTimeOffset LastUse { get; set; }
    }

    [LoggerMessage(LogLevel.Warning, "The kept network {Path} cannot be loaded")]
    private static partial void LogNotLoaded(ILogger log, string path, Exception e);

    [LoggerMessage(
        LogLevel.Warning,
        "The network {Path} could not be kept in the data directory: {Reason} After a change of the embedder, "
            + "uploads wait where a classifier needs it."
    )]
    private static partial void LogNotKept(ILogger log, string path, string reason);
}
