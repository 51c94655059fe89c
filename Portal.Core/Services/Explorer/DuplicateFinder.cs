using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Inputs;
using Portal.Core.Engines.Embedding;
using Portal.Core.Services.Embeddings;

namespace Portal.Core.Services.Explorer;

/// <summary>Inputs that show the same picture, the oldest first.</summary>
/// <param name="SameBytes">True: the files are equal byte for byte; false: only their embeddings are nearly so.</param>
public sealed record DuplicateGroup(IReadOnlyList<long> InputIds, bool SameBytes);

/// <summary>Looks for pictures an app holds more than once. It changes nothing.</summary>
public sealed class DuplicateFinder(
    IDbContextFactory<PortalDbContext> contexts,
    EmbeddingStore embeddings,
    SimilarInputs similar
)
{
    /// <summary>
    /// Least cosine of two pictures that are called nearly the same: the same photo scaled or saved anew stays above
    /// it, another photo of the same scene below.
    /// </summary>
    public const double NearlySame = 0.985;

    /// <summary>
    /// How much less an estimated cosine may be, by the root of the dimensions: more than twice its error.
    /// </summary>
    private const float Doubt = 0.32f;

    private const int ReadAtOnce = 500;

    /// <summary>Groups of equal files, the largest first.</summary>
    public async Task<IReadOnlyList<DuplicateGroup>> SameBytesAsync(long appId, int most, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var hashes = await db
            .Inputs.Where(i => i.AppId == appId && i.DeletedAt == null)
            .GroupBy(i => i.ContentHash)
            .Where(g => g.Count() > 1)
            .OrderByDescending(g => g.Count())
            .Select(g => g.Key)
            .Take(most)
            .ToListAsync(ct);
        var rows = await db
            .Inputs.Where(i => i.AppId == appId && i.DeletedAt == null && hashes.Contains(i.ContentHash))
            .OrderBy(i => i.Id)
            .Select(i => new { i.Id, i.ContentHash })
            .ToListAsync(ct);
        return
        [
            .. rows.GroupBy(r => r.ContentHash)
                .OrderByDescending(g => g.Count())
                .Select(g => new DuplicateGroup([.. g.Select(r => r.Id)], SameBytes: true)),
        ];
    }

    /// <summary>
    /// Groups of nearly equal pictures, the largest first. Where there are few inputs every pair is compared; else
    /// those that share a bucket of codes, by their stored vectors, which misses hardly any.
    /// </summary>
    /// <param name="progress">Hears how many inputs have been compared, roughly.</param>
    public async Task<IReadOnlyList<DuplicateGroup>> NearlySameAsync(
        long appId,
        Action<int> progress,
        CancellationToken ct
    )
    {
        var all = await similar.VisibleAsync(appId, null, ct);
        var groups = new Groups();
        if (await similar.TableAsync(appId, ct) is not { } table)
        {
            await ComparePairsAsync([.. all.Ascending()], groups, ct);
        }
        else
        {
            await CompareBucketsAsync(table, all, groups, progress, ct);
        }

        return groups.Found();
    }

    private async Task ComparePairsAsync(long[] keys, Groups groups, CancellationToken ct)
    {
        var rows = new List<Row>();
        foreach (var chunk in keys.Chunk(ReadAtOnce))
        {
            rows.AddRange(await RowsAsync(chunk, ct));
        }

        foreach (var row in rows)
        {
            EmbeddingCoder.Direction(row.Vector);
        }

        await Task.Run(
            () =>
                Parallel.For(
                    0,
                    rows.Count,
                    new ParallelOptions { CancellationToken = ct },
                    i =>
                    {
                        for (var j = i + 1; j < rows.Count; j++)
                        {
                            if (TensorPrimitives.Dot<float>(rows[i].Vector, rows[j].Vector) < NearlySame)
                            {
                                continue;
                            }

                            lock (groups)
                            {
                                groups.Join(rows[i], rows[j]);
                            }
                        }
                    }
                ),
            ct
        );
    }

    private async Task CompareBucketsAsync(
        CodeTable table,
        InputSet all,
        Groups groups,
        Action<int> progress,
        CancellationToken ct
    )
    {
        var apart = new HashSet<(long, long)>();
        bool IsKnown(long a, long b) => groups.AreTogether(a, b) || apart.Contains(Pair(a, b));
        var least = (float)NearlySame - Doubt / MathF.Sqrt(table.Coder.Dimensions);
        for (var round = 0; round < CodeTable.Rounds; round++)
        {
            var pairs = await Task.Run(() => table.NearPairs(round, least, all, IsKnown, ct), ct);
            foreach (var chunk in pairs.Chunk(ReadAtOnce / 2))
            {
                var rows = (
                    await RowsAsync([.. chunk.SelectMany(p => (long[])[p.A, p.B]).Distinct()], ct)
                ).ToDictionary(r => r.InputId);
                foreach (var (a, b) in chunk.Where(p => rows.ContainsKey(p.A) && rows.ContainsKey(p.B)))
                {
                    if (TensorPrimitives.CosineSimilarity<float>(rows[a].Vector, rows[b].Vector) >= NearlySame)
                    {
                        groups.Join(rows[a], rows[b]);
                    }
                    else
                    {
                        apart.Add(Pair(a, b));
                    }
                }
            }
            progress((int)((round + 1L) * all.Count / CodeTable.Rounds));
        }
    }

    private static (long, long) Pair(long a, long b) => a < b ? (a, b) : (b, a);

    private async Task<List<Row>> RowsAsync(long[] keys, CancellationToken ct)
    {
        var embedderId = await embeddings.EmbedderIdAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var rows = await (
            from i in db.Inputs
            join e in db.InputEmbeddings on i.Id equals e.InputId
            where keys.Contains(i.Id) && e.EmbedderId == embedderId
            select new
            {
                i.Id,
                i.ContentHash,
                e.Vector,
            }
        ).ToListAsync(ct);
        return rows.ConvertAll(r => new Row(
            r.Id,
            r.ContentHash,
            EmbeddingCoder.Singles(MemoryMarshal.Cast<byte, Half>(r.Vector))
        ));
    }

    private sealed record Row(long InputId, string Hash, float[] Vector);

    /// <summary>Inputs that were joined, each group by one of its own.</summary>
    private sealed class Groups
    {
        private readonly Dictionary<long, long> _leaders = [];
        private readonly Dictionary<long, string> _hashes = [];

        public void Join(Row a, Row b)
        {
            foreach (var row in (Row[])[a, b])
            {
                _leaders.TryAdd(row.InputId, row.InputId);
                _hashes[row.InputId] = row.Hash;
            }
            _leaders[Leader(a.InputId)] = Leader(b.InputId);
        }

        public bool AreTogether(long a, long b) =>
            _leaders.ContainsKey(a) && _leaders.ContainsKey(b) && Leader(a) == Leader(b);

        /// <summary>Groups of other than only equal files.</summary>
        public IReadOnlyList<DuplicateGroup> Found() =>
            [
                .. _leaders
                    .Keys.GroupBy(Leader)
                    .Where(g => g.Select(key => _hashes[key]).Distinct().Count() > 1)
                    .OrderByDescending(g => g.Count())
                    .Select(g => new DuplicateGroup([.. g.Order()], SameBytes: false)),
            ];

        // Each input on the way is led on by two, so that ways stay short.
        private long Leader(long key)
        {
            while (_leaders[key] != key)
            {
                key = _leaders[key] = _leaders[_leaders[key]];
            }

            return key;
        }
    }
}
