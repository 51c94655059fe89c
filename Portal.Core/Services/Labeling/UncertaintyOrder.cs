using System.Numerics.Tensors;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Domain.Workflows.Nodes;
using Portal.Core.Services.Embeddings;
using Portal.Core.Services.Models;
using Portal.Core.Services.Training;

namespace Portal.Core.Services.Labeling;

/// <param name="Scores">The highest first.</param>
public sealed record ScoredInput(long InputId, IReadOnlyList<ConceptScore> Scores);

/// <summary>
/// Orders a bounded pool of inputs by the newest trained classifier's scores and by likeness, from stored embeddings.
/// Labels given in an order by scores are no random sample (<see cref="SamplingMethod.MostInformative"/>).
/// </summary>
public sealed class UncertaintyOrder(
    IDbContextFactory<PortalDbContext> contexts,
    EmbeddingStore embeddings,
    ModelService models,
    PredictionService predictions
)
{
    /// <summary>Scores of the inputs that have an embedding; none while no classifier is trained.</summary>
    public async Task<IReadOnlyList<ScoredInput>> ScoresAsync(
        long appId,
        IReadOnlyList<long> pool,
        CancellationToken ct
    )
    {
        if (pool.Count == 0 || await NewestAsync(appId, ct) is not { } predictor)
        {
            return [];
        }

        var vectors = await VectorsAsync(pool, predictor.Past?.EmbedderId, ct);
        return
        [
            .. pool.Where(vectors.ContainsKey).Select(id => new ScoredInput(id, predictor.Predict("", vectors[id]))),
        ];
    }

    /// <summary>
    /// The least certain first; empty while no classifier is trained, or none that knows the concept.
    /// </summary>
    /// <param name="conceptId">The concept to be uncertain about; null: which of all it is.</param>
    public async Task<IReadOnlyList<long>> MostUncertainAsync(
        long appId,
        IReadOnlyList<long> pool,
        long? conceptId,
        int take,
        CancellationToken ct
    ) =>
        [
            .. (await ScoresAsync(appId, pool, ct))
                .Select(s =>
                    (
                        s.InputId,
                        Scores: s.Scores.Where(c => conceptId is null || c.ConceptId == conceptId)
                            .Select(c => c.Score)
                            .ToList()
                    )
                )
                .Where(s => s.Scores.Count > 0)
                .OrderBy(s => Certainty(s.Scores))
                .Select(s => s.InputId)
                .Take(take),
        ];

    /// <summary>
    /// How far the best concept is ahead of the next (margin sampling; Scheffer, Decomain and Wrobel, 2001); of one
    /// concept alone, how far its score is from one half, doubled. 0 to 1.
    /// </summary>
    /// <param name="scores">The highest first.</param>
    public static double Certainty(IReadOnlyList<double> scores) =>
        scores.Count == 1 ? 2 * Math.Abs(scores[0] - 0.5) : scores[0] - scores[1];

    /// <summary>The highest scores of a concept first; empty while no classifier knows it.</summary>
    public async Task<IReadOnlyList<long>> MostConfidentAsync(
        long appId,
        IReadOnlyList<long> pool,
        long conceptId,
        int take,
        CancellationToken ct
    ) =>
        [
            .. (await ScoresAsync(appId, pool, ct))
                .Where(s => s.Scores.Any(c => c.ConceptId == conceptId))
                .OrderByDescending(s => s.Scores.First(c => c.ConceptId == conceptId).Score)
                .Select(s => s.InputId)
                .Take(take),
        ];

    /// <summary>By cosine similarity to the mean of some inputs; empty where none of those has an embedding.</summary>
    public async Task<IReadOnlyList<long>> NearestAsync(
        IReadOnlyList<long> pool,
        IReadOnlyList<long> near,
        int take,
        CancellationToken ct
    )
    {
        var examples = (await UnitVectorsAsync(near, ct)).Values.ToList();
        if (examples.Count == 0)
        {
            return [];
        }

        var mean = new float[embeddings.Dimensions];
        foreach (var example in examples)
        {
            TensorPrimitives.Add(mean, example, mean);
        }

        var vectors = await UnitVectorsAsync(pool, ct);
        return [.. vectors.OrderByDescending(v => TensorPrimitives.Dot(v.Value, mean)).Select(v => v.Key).Take(take)];
    }

    private async Task<Predictor?> NewestAsync(long appId, CancellationToken ct)
    {
        var newest = (await models.ListAsync(appId, ct))
            .Where(m => m.Model.TypeId == ContextBasedClassifier.Id && m.LatestTrained is not null)
            .MaxBy(m => m.LatestTrained!.TrainedAt);
        return newest is null
            ? null
            : await predictions.GetAsync(appId, newest.Model.ExternalId, newest.LatestTrained!.ExternalId, ct);
    }

    /// <param name="pastEmbedderId">An earlier embedder; null: the current one.</param>
    private async Task<Dictionary<long, Half[]>> VectorsAsync(
        IReadOnlyList<long> ids,
        long? pastEmbedderId,
        CancellationToken ct
    )
    {
        var embedderId = pastEmbedderId ?? await embeddings.EmbedderIdAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var rows = await db
            .InputEmbeddings.AsNoTracking()
            .Where(e => e.EmbedderId == embedderId && ids.Contains(e.InputId))
            .ToListAsync(ct);
        return rows.ToDictionary(e => e.InputId, e => EmbeddingStore.FromBytes(e.Vector));
    }

    private async Task<Dictionary<long, float[]>> UnitVectorsAsync(IReadOnlyList<long> ids, CancellationToken ct) =>
        (await VectorsAsync(ids, null, ct)).ToDictionary(v => v.Key, v => Unit(v.Value));

    private static float[] Unit(Half[] vector)
    {
        var unit = new float[vector.Length];
        TensorPrimitives.ConvertToSingle(vector, unit);
        var norm = TensorPrimitives.Norm<float>(unit);
        if (norm > 0)
        {
            TensorPrimitives.Divide(unit, norm, unit);
        }

        return unit;
    }
}
