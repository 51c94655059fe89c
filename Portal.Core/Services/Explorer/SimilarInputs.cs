using System.Collections.Concurrent;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Data.Sqlite;
using Portal.Core.Domain.Embeddings;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Inputs;
using Portal.Core.Engines.Embedding;
using Portal.Core.Services.Embeddings;

namespace Portal.Core.Services.Explorer;

/// <summary>
/// Finds the inputs most like a picture, by the cosine of their embeddings. A first pass over codes of one bit a
/// dimension picks candidates, whose stored vectors then say the order; where there are few inputs, every stored vector
/// is compared.
/// </summary>
public sealed class SimilarInputs(
    IDbContextFactory<PortalDbContext> contexts,
    EmbeddingStore embeddings,
    InputIndex index
)
{
    /// <summary>Up to so many vectors are compared one by one.</summary>
    private const int Few = EmbeddingStore.LeastCoded;

    private const int LeastCandidates = 1000;

    /// <summary>
    /// The best so many are found by codes; whoever asks for more has every vector compared, so that pages fit
    /// together.
    /// </summary>
    internal const int MostByCodes = 1000;

    /// <summary>
    /// Candidates for all of the best <see cref="MostByCodes"/>, however few are asked for: each page comes from the
    /// same order.
    /// </summary>
    private const int PagedCandidates = 10 * MostByCodes;

    private const int ReadAtOnce = 500;
    private readonly ConcurrentDictionary<long, CodeTable> _tables = new();
    private readonly ConcurrentDictionary<long, SemaphoreSlim> _making = new();

    /// <summary>
    /// The inputs most like some others, taken together: like the mean of their directions. Best first, the others
    /// themselves left out.
    /// </summary>
    /// <param name="within">Only these; null means all of the app's.</param>
    /// <exception cref="PortalException"><see cref="StatusCode.InputInvalidArgument"/> where none of them has been
    /// processed yet.</exception>
    public async Task<IReadOnlyList<SearchHit>> FindAsync(
        long appId,
        IReadOnlyCollection<long> inputIds,
        InputSet? within,
        int take,
        CancellationToken ct
    )
    {
        var vectors = await VectorsAsync([.. inputIds], ct);
        if (vectors.Count == 0)
        {
            throw await NoVectorsAsync([.. inputIds], ct);
        }

        var wanted = await VisibleAsync(appId, within, ct);
        foreach (var id in inputIds)
        {
            wanted.Remove(id);
        }

        return await FindAsync(appId, EmbeddingCoder.CentreOf([.. vectors.Values]), wanted, take, ct);
    }

    /// <summary>The inputs of a set most like a vector, best first.</summary>
    /// <param name="candidates">How many the first pass hands on; null picks enough.</param>
    internal async Task<IReadOnlyList<SearchHit>> FindAsync(
        long appId,
        float[] like,
        InputSet within,
        int take,
        CancellationToken ct,
        int? candidates = null
    )
    {
        IReadOnlyList<long> likely;
        if (within.Count > Few && await TableAsync(appId, ct) is { } table)
        {
            likely = await Task.Run(
                () =>
                    table.Nearest(
                        table.Coder.Ask(like),
                        within,
                        candidates ?? Math.Max(LeastCandidates, 10 * take),
                        ct
                    ),
                ct
            );
        }
        else
        {
            likely = [.. within.Ascending()];
        }

        return await RankAsync(likely, like, take, ct);
    }

    /// <summary>A page of the inputs of a set most like a vector, best first.</summary>
    /// <param name="take">
    /// Up to <see cref="MostByCodes"/> places in all are found by codes; pages beyond are exact, and take seconds at a
    /// million.
    /// </param>
    internal async Task<IReadOnlyList<SearchHit>> PageAsync(
        long appId,
        float[] like,
        InputSet? within,
        int skip,
        int take,
        CancellationToken ct
    )
    {
        var wanted = await VisibleAsync(appId, within, ct);
        var hits =
            skip + take > MostByCodes
                ? await RankAsync([.. wanted.Ascending()], like, skip + take, ct)
                : await FindAsync(appId, like, wanted, skip + take, ct, PagedCandidates);
        return [.. hits.Skip(skip)];
    }

    /// <summary>Makes or reads the codes of an app, so that the first question need not wait for them.</summary>
    public Task WarmAsync(long appId, CancellationToken ct) => TableAsync(appId, ct);

    internal async Task<InputSet> VisibleAsync(long appId, InputSet? within, CancellationToken ct) =>
        await index.AskAsync(
            appId,
            app =>
            {
                var set = app.Visible.Clone();
                set.IntersectWith(app.Embedded);
                if (within is not null)
                {
                    set.IntersectWith(within);
                }

                return set;
            },
            ct
        );

    /// <summary>
    /// Some inputs by the cosine of their stored vectors to another, best first, of equal ones the newest.
    /// </summary>
    internal async Task<IReadOnlyList<SearchHit>> RankAsync(
        IReadOnlyList<long> inputIds,
        float[] like,
        int take,
        CancellationToken ct
    )
    {
        var embedderId = await embeddings.EmbedderIdAsync(ct);
        var (gate, best) = (new Lock(), new List<SearchHit>());
        var chunk = Math.Clamp(inputIds.Count / Environment.ProcessorCount, ReadAtOnce, 20 * ReadAtOnce);
        var options = new ParallelOptions { CancellationToken = ct };
        await Task.Run(
            () =>
                Parallel.ForEach(
                    inputIds.Order().Chunk(chunk),
                    options,
                    keys =>
                    {
                        var hits = new List<SearchHit>(keys.Length);
                        var vector = new float[like.Length];
                        using var row = new BulkReader(contexts, BulkStatements.Vector);
                        foreach (var key in keys)
                        {
                            ct.ThrowIfCancellationRequested();
                            if (!row.With(key, embedderId).Read())
                            {
                                continue;
                            }

                            TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(row.Bytes(0)), vector);
                            hits.Add(new SearchHit(key, TensorPrimitives.CosineSimilarity<float>(like, vector)));
                        }
                        lock (gate)
                        {
                            best =
                            [
                                .. best.Concat(hits)
                                    .OrderByDescending(h => h.Score)
                                    .ThenByDescending(h => h.InputId)
                                    .Take(take),
                            ];
                        }
                    }
                ),
            ct
        );
        return best;
    }

    private async Task<PortalException> NoVectorsAsync(long[] inputIds, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var isProcessed = await db.Inputs.AnyAsync(
            i => inputIds.Contains(i.Id) && i.Status == StatusCode.InputSuccess,
            ct
        );
        return new PortalException(
            StatusCode.InputInvalidArgument,
            isProcessed
                ? $"These inputs have no vectors of {embeddings.CurrentName}, the embedder of now, yet. Re-embed "
                    + $"the app's inputs on its Jobs page."
                : "These inputs are not processed yet. Wait until they are, and try again."
        );
    }

    private async Task<Dictionary<long, Half[]>> VectorsAsync(long[] inputIds, CancellationToken ct)
    {
        var embedderId = await embeddings.EmbedderIdAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db
            .InputEmbeddings.AsNoTracking()
            .Where(e => e.EmbedderId == embedderId && inputIds.Contains(e.InputId))
            .ToDictionaryAsync(e => e.InputId, e => EmbeddingStore.FromBytes(e.Vector), ct);
    }

    /// <summary>The app's codes, as new as its embeddings; null while there are too few to make any.</summary>
    internal async Task<CodeTable?> TableAsync(long appId, CancellationToken ct)
    {
        var gate = _making.GetOrAdd(appId, _ => new SemaphoreSlim(1));
        await gate.WaitAsync(ct);
        try
        {
            var missing = await index.AskAsync(appId, app => app.Embedded.Clone(), ct);
            if (!_tables.TryGetValue(appId, out var table))
            {
                if (missing.Count <= Few)
                {
                    return null;
                }

                if (await LoadAsync(missing, ct) is not { } loaded)
                {
                    return null;
                }

                _tables[appId] = table = loaded;
            }
            missing.ExceptWith(table.Inputs);
            if (missing.IsEmpty)
            {
                return table;
            }
            // What was embedded since brought its code with it, unless there was no centre yet.
            await ReadAsync(table, missing, await embeddings.EmbedderIdAsync(ct), ct);
            missing.ExceptWith(table.Inputs);
            if (!missing.IsEmpty)
            {
                await AddAsync(table, missing, ct);
            }

            return table;
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<CodeTable?> LoadAsync(InputSet embedded, CancellationToken ct)
    {
        if (await embeddings.CoderAsync(ct) is not { } coder)
        {
            return null;
        }

        var table = new CodeTable(coder);
        await ReadAsync(table, embedded, await embeddings.EmbedderIdAsync(ct), ct);
        return table;
    }

    /// <summary>Adds the codes that are stored, by as many ranges of keys at once as there are processors.</summary>
    private async Task ReadAsync(CodeTable table, InputSet wanted, long embedderId, CancellationToken ct)
    {
        var options = new ParallelOptions
        {
            CancellationToken = ct,
            MaxDegreeOfParallelism = Environment.ProcessorCount,
        };
        await Task.Run(
            () =>
                Parallel.ForEach(
                    KeyRanges.Of(wanted),
                    options,
                    () => new BulkReader(contexts, BulkStatements.Codes),
                    (range, _, codes) =>
                    {
                        codes.With(embedderId, range.From, range.To);
                        while (codes.Read())
                        {
                            var key = codes.Long(0);
                            if (!wanted.Contains(key))
                            {
                                continue;
                            }

                            lock (table)
                            {
                                table.Add(key, codes.Bytes(1));
                            }
                        }
                        return codes;
                    },
                    codes => codes.Dispose()
                ),
            ct
        );
    }

    private async Task AddAsync(CodeTable table, InputSet missing, CancellationToken ct)
    {
        var embedderId = await embeddings.EmbedderIdAsync(ct);
        foreach (var keys in missing.Ascending().Chunk(ReadAtOnce))
        {
            await using var db = await contexts.CreateDbContextAsync(ct);
            var vectors = await VectorsAsync(keys, ct);
            var codes = vectors
                .AsParallel()
                .WithCancellation(ct)
                .Select(v => new EmbeddingCode
                {
                    InputId = v.Key,
                    EmbedderId = embedderId,
                    Code = table.Coder.Encode(v.Value),
                })
                .ToList();
            db.EmbeddingCodes.AddRange(codes);
            await db.SaveChangesAsync(ct);
            foreach (var code in codes)
            {
                table.Add(code.InputId, code.Code);
            }
        }
    }
}
