using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Embeddings;
using Portal.Core.Storage;

namespace Portal.Core.Inputs;

/// <summary>Inputs that show the same picture, the oldest first.</summary>
/// <param name="SameBytes">True: the files are equal byte for byte; false: only their embeddings are nearly so.</param>
public sealed record DuplicateGroup(IReadOnlyList<long> InputIds, bool SameBytes);

/// <summary>Looks for pictures an app holds more than once. It changes nothing.</summary>
public sealed class DuplicateFinder(IDbContextFactory<PortalDbContext> contexts, EmbeddingStore embeddings, SimilarInputs similar)
{
    /// <summary>Least cosine of two pictures that are called nearly the same: the same photo scaled or saved anew stays above it, another photo of the same scene below.</summary>
    public const double NearlySame = 0.985;

    private const int Neighbours = 8;

    /// <summary>Up to so many inputs every pair is compared.</summary>
    private const int Few = 4096;

    /// <summary>Groups of equal files, the largest first.</summary>
    public async Task<IReadOnlyList<DuplicateGroup>> SameBytesAsync(long appId, int most, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var hashes = await db.Inputs.Where(i => i.AppId == appId && i.DeletedAt == null).GroupBy(i => i.ContentHash).Where(g => g.Count() > 1)
            .OrderByDescending(g => g.Count()).Select(g => g.Key).Take(most).ToListAsync(ct);
        var rows = await db.Inputs.Where(i => i.AppId == appId && i.DeletedAt == null && hashes.Contains(i.ContentHash)).OrderBy(i => i.Id).Select(i => new { i.Id, i.ContentHash }).ToListAsync(ct);
        return [.. rows.GroupBy(r => r.ContentHash).OrderByDescending(g => g.Count()).Select(g => new DuplicateGroup([.. g.Select(r => r.Id)], SameBytes: true))];
    }

    /// <summary>Groups of nearly equal pictures: among all inputs where they are few, else of the newest inputs with what is nearly the same as one of them, anywhere in the app.</summary>
    /// <param name="newest">How many of the newest inputs are looked up.</param>
    /// <param name="progress">Hears how many have been.</param>
    public async Task<IReadOnlyList<DuplicateGroup>> NearlySameAsync(long appId, int newest, Action<int> progress, CancellationToken ct)
    {
        var all = await similar.VisibleAsync(appId, null, ct);
        var list = new InputList(all, oldestFirst: false);
        var leaders = new Dictionary<long, long>();
        var hashes = new Dictionary<long, string>();
        if (list.Count <= Few) await ComparePairsAsync(list, leaders, hashes, progress, ct);
        else foreach (var (place, keys) in list.Keys(0, newest).Chunk(100).Index())
        {
            ct.ThrowIfCancellationRequested();
            foreach (var (inputId, hash, vector) in await VectorsAsync(keys, ct))
            {
                var hits = await similar.FindAsync(appId, vector, all, Neighbours, ct);
                hashes[inputId] = hash;
                foreach (var hit in hits.Where(h => h.InputId != inputId && h.Score >= NearlySame)) Join(leaders, inputId, hit.InputId);
            }
            progress(Math.Min((place + 1) * 100, list.Count));
        }
        return [.. leaders.Keys.GroupBy(key => Leader(leaders, key)).Where(g => g.Count() > 1)
            .Where(g => g.Select(key => hashes.GetValueOrDefault(key)).Distinct().Count() > 1)
            .OrderByDescending(g => g.Count()).Select(g => new DuplicateGroup([.. g.Order()], SameBytes: false))];
    }

    private async Task ComparePairsAsync(InputList list, Dictionary<long, long> leaders, Dictionary<long, string> hashes, Action<int> progress, CancellationToken ct)
    {
        var rows = new List<(long InputId, string Hash, float[] Vector)>();
        foreach (var keys in list.Keys(0, Few).Chunk(500)) rows.AddRange(await VectorsAsync(keys, ct));
        foreach (var row in rows)
        {
            hashes[row.InputId] = row.Hash;
            EmbeddingCoder.Direction(row.Vector);
        }
        await Task.Run(() => Parallel.For(0, rows.Count, new ParallelOptions { CancellationToken = ct }, i =>
        {
            for (var j = i + 1; j < rows.Count; j++)
            {
                if (TensorPrimitives.Dot<float>(rows[i].Vector, rows[j].Vector) < NearlySame) continue;
                lock (leaders) Join(leaders, rows[i].InputId, rows[j].InputId);
            }
        }), ct);
        progress(rows.Count);
    }

    private async Task<List<(long InputId, string Hash, float[] Vector)>> VectorsAsync(long[] keys, CancellationToken ct)
    {
        var embedderId = await embeddings.EmbedderIdAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var rows = await (from i in db.Inputs
                          join e in db.InputEmbeddings on i.Id equals e.InputId
                          where keys.Contains(i.Id) && e.EmbedderId == embedderId
                          select new { i.Id, i.ContentHash, e.Vector }).ToListAsync(ct);
        return rows.ConvertAll(r => (r.Id, r.ContentHash, EmbeddingCoder.Singles(MemoryMarshal.Cast<byte, Half>(r.Vector))));
    }

    private static long Leader(Dictionary<long, long> leaders, long key)
    {
        while (leaders.TryGetValue(key, out var leader) && leader != key) key = leader;
        return key;
    }

    private static void Join(Dictionary<long, long> leaders, long a, long b)
    {
        leaders.TryAdd(a, a);
        leaders.TryAdd(b, b);
        leaders[Leader(leaders, a)] = Leader(leaders, b);
    }
}
