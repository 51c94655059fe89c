using System.Runtime.InteropServices;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Models;

namespace Portal.Core.Services.Models;

/// <summary>A training set and what it is made of.</summary>
/// <param name="InputIds">The input of each row.</param>
/// <param name="Implied">Rows × concepts: which labels are 0 by the implicit rule.</param>
public sealed record LabelledInputs(
    TrainingSet Set,
    IReadOnlyList<long> InputIds,
    bool[] Implied,
    IReadOnlyList<ConceptLabelCounts> Counts
);

/// <summary>
/// Gathers what a classifier learns from: the labels of its concepts, with the app's rule on implicit ✗, and the stored
/// embeddings.
/// </summary>
public sealed class TrainingData(IDbContextFactory<PortalDbContext> contexts)
{
    private const int LoadBatch = 500;

    /// <param name="peopleOnly">Machine labels are unknown: they teach nothing, and nothing is implied where one
    /// stands.</param>
    /// <param name="implicitNegatives">
    /// A person's ✓ on an input implies ✗ for the concepts nobody answered there and nothing is pending for; an input
    /// with only ✗ is negative for all.
    /// </param>
    public async Task<LabelledInputs> GatherAsync(
        long appId,
        IReadOnlyList<long> conceptIds,
        long embedderId,
        int dimensions,
        bool peopleOnly,
        bool implicitNegatives,
        CancellationToken ct
    )
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        // Labels of other concepts count too: a ✓ for something else is what makes an input a negative.
        var labels = await (
            from l in db.Labels
            join i in db.Inputs on l.InputId equals i.Id
            where l.AppId == appId && i.DeletedAt == null
            orderby l.InputId
            select new
            {
                l.InputId,
                l.ConceptId,
                l.Value,
                l.IsHuman,
            }
        )
            .AsNoTracking()
            .ToListAsync(ct);
        var open = (
            await db
                .Annotations.Where(a =>
                    a.AppId == appId
                    && AnnotationStatuses.Waiting.Contains(a.Status)
                    && conceptIds.Contains(a.ConceptId)
                )
                .Select(a => new { a.InputId, a.ConceptId })
                .ToListAsync(ct)
        )
            .Select(a => (a.InputId, a.ConceptId))
            .ToHashSet();

        var rows = new List<LabelRow>();
        foreach (var ofInput in labels.GroupBy(l => l.InputId))
        {
            var counted = ofInput.Where(l => l.IsHuman || !peopleOnly).ToList();
            if (counted.Count == 0)
            {
                continue;
            }

            var known = counted.ToDictionary(l => l.ConceptId, l => l.Value);
            var answered = ofInput.Select(l => l.ConceptId).ToHashSet();
            var implies =
                implicitNegatives
                && (counted.Any(l => l is { IsHuman: true, Value: true }) || counted.All(l => !l.Value));
            var row = new sbyte[conceptIds.Count];
            var implied = new bool[conceptIds.Count];
            for (var c = 0; c < row.Length; c++)
            {
                if (known.TryGetValue(conceptIds[c], out var value))
                {
                    row[c] = value ? (sbyte)1 : (sbyte)0;
                }
                else if (implies && !answered.Contains(conceptIds[c]) && !open.Contains((ofInput.Key, conceptIds[c])))
                {
                    implied[c] = true;
                }
                else
                {
                    row[c] = -1;
                }
            }
            if (row.Any(label => label >= 0))
            {
                rows.Add(new LabelRow(ofInput.Key, row, implied));
            }
        }
        return await LoadAsync(db, rows, conceptIds, embedderId, dimensions, ct);
    }

    private static async Task<LabelledInputs> LoadAsync(
        PortalDbContext db,
        List<LabelRow> rows,
        IReadOnlyList<long> conceptIds,
        long embedderId,
        int dimensions,
        CancellationToken ct
    )
    {
        var vectors = new Half[(long)rows.Count * dimensions];
        var kept = new List<LabelRow>(rows.Count);
        foreach (var batch in rows.Chunk(LoadBatch))
        {
            var inputIds = batch.Select(r => r.InputId).ToList();
            var loaded = await db
                .InputEmbeddings.Where(e => e.EmbedderId == embedderId && inputIds.Contains(e.InputId))
                .ToDictionaryAsync(e => e.InputId, e => e.Vector, ct);
            foreach (var row in batch)
            {
                if (!loaded.TryGetValue(row.InputId, out var bytes))
                {
                    continue;
                }

                MemoryMarshal.Cast<byte, Half>(bytes).CopyTo(vectors.AsSpan(kept.Count * dimensions, dimensions));
                kept.Add(row);
            }
        }
        var counts = conceptIds
            .Select(
                (id, c) =>
                    new ConceptLabelCounts(
                        id,
                        kept.Count(r => r.Labels[c] == 1),
                        kept.Count(r => r.Labels[c] == 0),
                        kept.Count(r => r.Implied[c])
                    )
            )
            .ToList();
        var set = new TrainingSet(
            kept.Count,
            dimensions,
            vectors.AsMemory(0, kept.Count * dimensions),
            conceptIds,
            [.. kept.SelectMany(r => r.Labels)]
        );
        return new LabelledInputs(set, kept.ConvertAll(r => r.InputId), [.. kept.SelectMany(r => r.Implied)], counts);
    }

    /// <summary>
    /// Labelled inputs of the app that are still being processed: training now would miss them. Those that are held
    /// wait for the training.
    /// </summary>
    public async Task<int> CountUnprocessedAsync(long appId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.Inputs.CountAsync(
            i =>
                i.AppId == appId
                && i.DeletedAt == null
                && (
                    (i.Status == StatusCode.InputPending && i.StatusDetail == null)
                    || i.Status == StatusCode.InputInProgress
                )
                && db.Labels.Any(l => l.InputId == i.Id),
            ct
        );
    }

    /// <param name="Labels">One a concept: 1, 0 or -1 for unknown.</param>
    /// <param name="Implied">Which of them are 0 by the implicit rule.</param>
    private sealed record LabelRow(long InputId, sbyte[] Labels, bool[] Implied);
}
