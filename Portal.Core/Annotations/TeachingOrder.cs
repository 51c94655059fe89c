using System.Numerics.Tensors;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Embeddings;
using Portal.Core.Errors;
using Portal.Core.Models;
using Portal.Core.Storage;
using Portal.Core.Workflows;
using Portal.Core.Workflows.Nodes;

namespace Portal.Core.Annotations;

/// <param name="Scores">The highest first.</param>
public sealed record ScoredInput(long InputId, IReadOnlyList<ConceptScore> Scores);

/// <summary>Orders a bounded pool of inputs by the newest trained classifier's scores and by likeness, from stored embeddings.</summary>
public sealed class TeachingOrder(IDbContextFactory<PortalDbContext> contexts, EmbeddingStore embeddings, ModelService models, PredictionService predictions)
{
    /// <summary>How many times as many as wanted are looked through for those least alike.</summary>
    private const int SpreadFactor = 4;

    /// <summary>Scores of the inputs that have an embedding; none while no classifier is trained.</summary>
    public async Task<IReadOnlyList<ScoredInput>> ScoresAsync(long appId, IReadOnlyList<long> pool, CancellationToken ct)
    {
        if (pool.Count == 0 || await NewestAsync(appId, ct) is not { } predictor) return [];
        var vectors = await VectorsAsync(pool, ct);
        return [.. pool.Where(vectors.ContainsKey).Select(id => new ScoredInput(id, predictor.Predict("", vectors[id])))];
    }

    /// <summary>Scores nearest to one half first, and of these the ones least alike; empty while no classifier is trained.</summary>
    /// <param name="conceptId">The concept to be uncertain about; null: any.</param>
    public async Task<IReadOnlyList<long>> LeastCertainAsync(long appId, IReadOnlyList<long> pool, long? conceptId, int take, CancellationToken ct)
    {
        var scored = await ScoresAsync(appId, pool, ct);
        var unsure = scored.Select(s => (s.InputId, Scores: s.Scores.Where(c => conceptId is null || c.ConceptId == conceptId).ToList())).Where(s => s.Scores.Count > 0)
            .OrderBy(s => s.Scores.Min(c => Math.Abs(c.Score - 0.5))).Select(s => s.InputId).Take(take * SpreadFactor).ToList();
        return Spread(unsure, await UnitVectorsAsync(unsure, ct), take);
    }

    /// <summary>The highest scores of a concept first; empty while no classifier knows it.</summary>
    public async Task<IReadOnlyList<long>> SurestAsync(long appId, IReadOnlyList<long> pool, long conceptId, int take, CancellationToken ct) =>
        [.. (await ScoresAsync(appId, pool, ct)).Where(s => s.Scores.Any(c => c.ConceptId == conceptId))
            .OrderByDescending(s => s.Scores.First(c => c.ConceptId == conceptId).Score).Select(s => s.InputId).Take(take)];

    /// <summary>By cosine similarity to the mean of some inputs; empty where none of those has an embedding.</summary>
    public async Task<IReadOnlyList<long>> NearestAsync(IReadOnlyList<long> pool, IReadOnlyList<long> near, int take, CancellationToken ct)
    {
        var examples = (await UnitVectorsAsync(near, ct)).Values.ToList();
        if (examples.Count == 0) return [];
        var mean = new float[embeddings.Dimensions];
        foreach (var example in examples) TensorPrimitives.Add(mean, example, mean);
        var vectors = await UnitVectorsAsync(pool, ct);
        return [.. vectors.OrderByDescending(v => TensorPrimitives.Dot(v.Value, mean)).Select(v => v.Key).Take(take)];
    }

    /// <summary>Farthest-first traversal: begins with the first, then always the one least alike to all chosen before.</summary>
    private static List<long> Spread(List<long> ids, Dictionary<long, float[]> vectors, int take)
    {
        var left = ids.Where(vectors.ContainsKey).ToDictionary(id => id, _ => float.NegativeInfinity);
        var chosen = new List<long>();
        for (var next = ids.FirstOrDefault(left.ContainsKey); chosen.Count < take && left.Count > 0; next = left.Count > 0 ? left.MinBy(l => l.Value).Key : 0)
        {
            chosen.Add(next);
            left.Remove(next);
            foreach (var id in left.Keys.ToList()) left[id] = Math.Max(left[id], TensorPrimitives.Dot(vectors[id], vectors[next]));
        }
        return chosen;
    }

    private async Task<Predictor?> NewestAsync(long appId, CancellationToken ct)
    {
        var newest = (await models.ListAsync(appId, ct)).Where(m => m.Model.TypeId == ContextBasedClassifier.Id && m.LatestTrained is not null).MaxBy(m => m.LatestTrained!.TrainedAt);
        if (newest is null) return null;
        try
        {
            return await predictions.GetAsync(appId, newest.Model.ExternalId, newest.LatestTrained!.ExternalId, ct);
        }
        catch (PortalException e) when (e.Code == StatusCode.ModelUntrained)
        {
            // Trained on another embedder: there are no scores to order by.
            return null;
        }
    }

    private async Task<Dictionary<long, Half[]>> VectorsAsync(IReadOnlyList<long> ids, CancellationToken ct)
    {
        var embedderId = await embeddings.EmbedderIdAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var rows = await db.InputEmbeddings.AsNoTracking().Where(e => e.EmbedderId == embedderId && ids.Contains(e.InputId)).ToListAsync(ct);
        return rows.ToDictionary(e => e.InputId, e => EmbeddingStore.FromBytes(e.Vector));
    }

    private async Task<Dictionary<long, float[]>> UnitVectorsAsync(IReadOnlyList<long> ids, CancellationToken ct) =>
        (await VectorsAsync(ids, ct)).ToDictionary(v => v.Key, v => Unit(v.Value));

    private static float[] Unit(Half[] vector)
    {
        var unit = new float[vector.Length];
        TensorPrimitives.ConvertToSingle(vector, unit);
        var norm = TensorPrimitives.Norm<float>(unit);
        if (norm > 0) TensorPrimitives.Divide(unit, norm, unit);
        return unit;
    }
}
