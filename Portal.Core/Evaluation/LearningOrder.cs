using System.Runtime.InteropServices;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Embeddings;
using Portal.Core.Errors;
using Portal.Core.Inputs;
using Portal.Core.Models;
using Portal.Core.Storage;

namespace Portal.Core.Evaluation;

/// <summary>
/// "Teaches most": the inputs whose labels are likely to improve a classifier most. It looks at a random pool, so that it answers as fast for a million
/// inputs as for a thousand; labels given in this order are no random sample (<c>DecisionDraw.TeachesMost</c>).
/// </summary>
public sealed class LearningOrder(IDbContextFactory<PortalDbContext> contexts, EmbeddingStore embeddings)
{
    /// <summary>Inputs that are looked at for one answer.</summary>
    public const int PoolSize = 400;

    /// <param name="modelVersionId">The version whose certainty counts; null before there is one: inputs that differ most from each other.</param>
    /// <param name="among">Keys of the inputs to choose from, such as a review queue's; null for all that no person labelled.</param>
    /// <returns>At most <paramref name="take"/> keys of inputs, what teaches most first.</returns>
    public async Task<IReadOnlyList<long>> NextAsync(long appId, long? modelVersionId, IReadOnlyCollection<long>? among, int take, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var candidates = db.Inputs.Where(i => i.AppId == appId && i.Status == StatusCode.InputSuccess && i.DeletedAt == null);
        candidates = among is null ? candidates.Where(i => !db.Labels.Any(l => l.InputId == i.Id && l.IsHuman)) : candidates.Where(i => among.Contains(i.Id));
        var pool = (await candidates.DrawAsync(PoolSize, ct)).ConvertAll(i => i.Id);
        var version = await db.ModelVersions.AsNoTracking().Where(v => v.Id == modelVersionId).Select(v => new { v.Head, v.EmbedderId }).SingleOrDefaultAsync(ct);
        var head = version?.Head is { } bytes ? ClassifierHead.FromBytes(bytes) : null;
        var embedderId = version?.EmbedderId ?? await embeddings.EmbedderIdAsync(ct);
        var stored = await db.InputEmbeddings.Where(e => e.EmbedderId == embedderId && pool.Contains(e.InputId)).Select(e => new { e.InputId, e.Vector }).ToListAsync(ct);

        var (features, uncertainty) = (new List<float[]>(stored.Count), new List<double>(stored.Count));
        foreach (var row in stored)
        {
            var vector = MemoryMarshal.Cast<byte, Half>(row.Vector);
            features.Add(FeaturesOf(vector));
            uncertainty.Add(head is null ? 0 : UncertaintyOf(head, vector));
        }
        return [.. DiverseBatch.Pick(features, uncertainty, take).Select(i => stored[i].InputId)];
    }

    /// <summary>What a classifier sees of an embedding before it standardises.</summary>
    public static float[] FeaturesOf(ReadOnlySpan<Half> vector)
    {
        var features = new float[vector.Length];
        EmbeddingTransform.Apply(vector, features);
        return features;
    }

    /// <summary>
    /// How little sets the best concept apart from the next (margin sampling; Scheffer, Decomain and Wrobel, 2001), which no over-modest scores disturb;
    /// with one concept, how close to ½ it is. 0 to 1.
    /// </summary>
    public static double UncertaintyOf(ClassifierHead head, ReadOnlySpan<Half> vector)
    {
        var scores = new double[head.ConceptIds.Count];
        head.Score(vector, scores);
        Array.Sort(scores);
        return scores.Length == 1 ? 1 - (2 * Math.Abs(scores[0] - 0.5)) : 1 - (scores[^1] - scores[^2]);
    }
}
