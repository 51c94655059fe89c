using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Inputs;
using Portal.Core.Services.Explorer;

namespace Portal.Core.Services.Labeling;

/// <summary>
/// What there is to label and to review, less what is held and what a person skipped. It is asked for after every few
/// decisions, so it is answered from the sets of <see cref="InputIndex"/>: the same question in SQL walks through all
/// that is open.
/// </summary>
public sealed class OpenWork(IDbContextFactory<PortalDbContext> contexts, InputIndex index, TimeProvider clock)
{
    /// <summary>Inputs to label, in the order of upload or by chance.</summary>
    /// <param name="byChance">False: the oldest first.</param>
    /// <returns>Left: how many match, held and skipped ones included. Total: how many inputs could be labelled at
    /// all.</returns>
    internal async Task<(IReadOnlyList<long> InputIds, int Left, int Total)> ToLabelAsync(
        long appId,
        LabelQuery query,
        bool byChance,
        int take,
        CancellationToken ct
    )
    {
        var (open, total) = await index.AskAsync(
            appId,
            app =>
            {
                var all = app.Visible.Clone();
                all.ExceptWith(app.Failed);
                var total = all.Count;
                foreach (var (kind, inputs) in app.Labels)
                {
                    if (kind.IsHuman && (query.ConceptId is null || query.ConceptId == kind.ConceptId))
                    {
                        all.ExceptWith(inputs);
                    }
                }
                return (all, total);
            },
            ct
        );
        var left = open.Count;
        open.ExceptWith(await NotNowAsync(appId, query.Except ?? [], ct));
        var list = new InputList(open, oldestFirst: true);
        return (byChance ? Draw(list, take) : list.Keys(0, take), left, total);
    }

    /// <summary>
    /// Inputs with tags to review, in the order of these tags; one with several may come several times.
    /// </summary>
    /// <param name="conceptId">Null for all concepts.</param>
    /// <returns>Left: how many tags are to be reviewed, held and skipped ones included.</returns>
    internal async Task<(IReadOnlyList<long> InputIds, int Left)> ToReviewAsync(
        long appId,
        long? conceptId,
        ReviewOrder order,
        IReadOnlyList<string> skipped,
        int take,
        CancellationToken ct
    )
    {
        var notNow = await NotNowAsync(appId, skipped, ct);
        var concepts = await ConceptsAsync(appId, ct);
        return await index.AskAsync(
            appId,
            app =>
            {
                var left = 0;
                // The one that would go first when a better one comes is at its head.
                var best = new PriorityQueue<long, (double Rank, long InputId)>(
                    Comparer<(double, long)>.Create((a, b) => b.CompareTo(a))
                );
                foreach (
                    var (kind, inputs) in app.Tags.Where(t =>
                        t.Key.IsForReview
                        && concepts.Contains(t.Key.ConceptId)
                        && (conceptId is null || t.Key.ConceptId == conceptId)
                    )
                )
                {
                    ct.ThrowIfCancellationRequested();
                    var waiting = inputs.Clone();
                    waiting.IntersectWith(app.Visible);
                    left += waiting.Count;
                    waiting.ExceptWith(notNow);
                    var scores = app.Scores.GetValueOrDefault(kind.ConceptId);
                    foreach (var inputId in waiting.Ascending())
                    {
                        var score =
                            scores is not null && scores.Of(inputId) is >= 0 and var known ? known : (double?)null;
                        var rank = (
                            order == ReviewOrder.HighestConfidence ? -(score ?? -1) : Math.Abs((score ?? 0.5) - 0.5),
                            inputId
                        );
                        if (best.Count < take)
                        {
                            best.Enqueue(inputId, rank);
                        }
                        else if (best.TryPeek(out _, out var last) && rank.CompareTo(last) < 0)
                        {
                            best.EnqueueDequeue(inputId, rank);
                        }
                    }
                }
                var found = new long[best.Count];
                for (var i = found.Length - 1; i >= 0; i--)
                {
                    found[i] = best.Dequeue();
                }

                return (found, left);
            },
            ct
        );
    }

    /// <summary>What somebody holds, and the inputs with these ids.</summary>
    private async Task<InputSet> NotNowAsync(long appId, IReadOnlyList<string> skipped, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        await using var db = await contexts.CreateDbContextAsync(ct);
        var keys = new InputSet(
            await db
                .InputLeases.Where(l => l.AppId == appId && l.ExpiresAt > now)
                .Select(l => l.InputId)
                .ToListAsync(ct)
        );
        if (skipped.Count > 0)
        {
            keys.UnionWith(
                new InputSet(
                    await db
                        .Inputs.Where(i => i.AppId == appId && skipped.Contains(i.ExternalId))
                        .Select(i => i.Id)
                        .ToListAsync(ct)
                )
            );
        }

        return keys;
    }

    private async Task<HashSet<long>> ConceptsAsync(long appId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return
        [
            .. await db.Concepts.Where(c => c.AppId == appId && c.DeletedAt == null).Select(c => c.Id).ToListAsync(ct),
        ];
    }

    /// <summary>Some of a list, each with the same chance, in random order.</summary>
    private static long[] Draw(InputList list, int take)
    {
        // A sample for a person's eyes, not a secret.
#pragma warning disable CA5394
        if (list.Count <= take)
        {
            var all = list.Keys(0, take).ToArray();
            Random.Shared.Shuffle(all);
            return all;
        }
        var places = new OrderedDictionary<int, long>(take);
        while (places.Count < take)
        {
            var place = Random.Shared.Next(list.Count);
            if (!places.ContainsKey(place))
            {
                places.Add(place, list.Keys(place, 1)[0]);
            }
        }
#pragma warning restore CA5394
        return [.. places.Values];
    }
}
