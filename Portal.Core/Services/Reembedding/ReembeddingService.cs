using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Jobs;
using Portal.Core.Engines.Embedding;
using Portal.Core.Services.Embeddings;
using Portal.Core.Services.Jobs;

namespace Portal.Core.Services.Reembedding;

/// <summary>How far an app is after a change of the embedder.</summary>
/// <param name="Current">The configured embedder, for people.</param>
/// <param name="Earlier">Embedders whose vectors the app still has or needs, for people.</param>
/// <param name="Inputs">Processed inputs.</param>
/// <param name="Embedded">Those of them that have a vector of the current embedder.</param>
/// <param name="Models">Models whose newest trained version, or the one in the default workflow, was trained on an
/// earlier embedder's vectors.</param>
/// <param name="CanRemove">Whether vectors of earlier embedders are stored that nothing needs any more.</param>
/// <param name="Job">The job that embeds the inputs again, while there is one.</param>
public sealed record EmbedderChange(
    string Current,
    IReadOnlyList<string> Earlier,
    int Inputs,
    int Embedded,
    IReadOnlyList<OutdatedModel> Models,
    bool CanRemove,
    Job? Job
)
{
    public int Left => Inputs - Embedded;
}

/// <summary>A model that must be trained again.</summary>
/// <param name="ModelId">Its id outside.</param>
/// <param name="Version">Number of the version that is in use.</param>
/// <param name="Embedder">The embedder on whose vectors that was trained, for people.</param>
/// <param name="IsInDefault">Whether the default workflow has that version.</param>
/// <param name="WhyGone">Why that embedder cannot be loaded, as the end of a sentence; null where it can.</param>
public sealed record OutdatedModel(
    long ModelKey,
    string ModelId,
    string Name,
    int Version,
    long EmbedderId,
    string Embedder,
    bool IsInDefault,
    string? WhyGone
);

/// <summary>Knows what a change of the embedder left to do, and starts it.</summary>
public sealed class ReembeddingService(
    IDbContextFactory<PortalDbContext> contexts,
    EmbeddingStore embeddings,
    PastEmbedders past,
    JobService jobs,
    TimeProvider clock
)
{
    /// <summary>
    /// A count of a large app takes a second; pages that look all the time get one that is at most ten times as old as
    /// it took.
    /// </summary>
    private const int CostShare = 10;

    private readonly ConcurrentDictionary<long, (Counts Counts, DateTimeOffset Until)> _counts = new();

    private sealed record Counts(int Inputs, int Left, IReadOnlyList<long> Stored);

    /// <summary>How far an app is; null where every vector is the current embedder's.</summary>
    public async Task<EmbedderChange?> StateAsync(long appId, CancellationToken ct)
    {
        var currentId = await embeddings.EmbedderIdAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var names = await NamesAsync(db, ct);
        if (names.Count < 2)
        {
            return null;
        }

        var models = await OutdatedAsync(db, appId, currentId, names, ct);
        var counts = await CountAsync(db, appId, currentId, ct);
        if (counts.Left == 0 && counts.Stored.Count == 0 && models.Count == 0)
        {
            return null;
        }

        var job = await db
            .Jobs.AsNoTracking()
            .Where(j =>
                j.AppId == appId
                && j.Kind == JobKinds.Reembedding
                && (j.State == JobState.Queued || j.State == JobState.Running || j.State == JobState.Paused)
            )
            .OrderBy(j => j.Id)
            .FirstOrDefaultAsync(ct);
        var needed = models.Select(m => m.EmbedderId).ToHashSet();
        return new EmbedderChange(
            names[currentId],
            [.. counts.Stored.Union(needed).Order().Select(id => names[id])],
            counts.Inputs,
            counts.Inputs - counts.Left,
            models,
            counts.Left == 0 && counts.Stored.Any(id => !needed.Contains(id)),
            job
        );
    }

    /// <summary>The apps that have inputs without a vector of the current embedder.</summary>
    public async Task<IReadOnlyList<(App App, string OwnerId, EmbedderChange Change)>> OverviewAsync(
        CancellationToken ct
    )
    {
        // Its row is made at its first use, which this may be.
        await embeddings.EmbedderIdAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        if (await db.Embedders.CountAsync(ct) < 2)
        {
            return [];
        }

        var apps = await (
            from a in db.Apps.AsNoTracking()
            join owner in db.Users on a.OwnerId equals owner.Id
            where a.DeletedAt == null
            orderby a.Id
            select new { App = a, OwnerId = owner.UserName! }
        ).ToListAsync(ct);
        var changed = new List<(App, string, EmbedderChange)>();
        foreach (var row in apps)
        {
            if (await StateAsync(row.App.Id, ct) is { } change)
            {
                changed.Add((row.App, row.OwnerId, change));
            }
        }
        return changed;
    }

    /// <summary>The model's version that must be trained again, or null.</summary>
    public async Task<OutdatedModel?> FindOutdatedAsync(long appId, string modelId, CancellationToken ct)
    {
        var currentId = await embeddings.EmbedderIdAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        var names = await NamesAsync(db, ct);
        return names.Count < 2
            ? null
            : (await OutdatedAsync(db, appId, currentId, names, ct)).FirstOrDefault(m => m.ModelId == modelId);
    }

    /// <summary>
    /// Starts the job that gives an app's inputs vectors of the current embedder, unless there is one.
    /// </summary>
    /// <returns>The job; null where nothing is left to do.</returns>
    public async Task<Job?> StartAsync(long appId, long userId, CancellationToken ct)
    {
        _counts.TryRemove(appId, out _);
        if (await StateAsync(appId, ct) is not { } change)
        {
            return null;
        }

        if (change.Job is { } open)
        {
            return open;
        }

        if (change.Left == 0 && !change.CanRemove)
        {
            return null;
        }

        var title =
            change.Left > 0 ? $"Embed inputs again with {change.Current}" : "Remove vectors of earlier embedders";
        return await jobs.StartAsync(appId, userId, JobKinds.Reembedding, title, new { }, ct);
    }

    /// <summary>
    /// Embedders whose vectors an app needs besides the current one's: newest trained versions of models, and versions
    /// in the default workflow, were trained on them.
    /// </summary>
    internal async Task<IReadOnlySet<long>> NeededAsync(long appId, CancellationToken ct)
    {
        var currentId = await embeddings.EmbedderIdAsync(ct);
        await using var db = await contexts.CreateDbContextAsync(ct);
        return (await OutdatedAsync(db, appId, currentId, await NamesAsync(db, ct), ct))
            .Select(m => m.EmbedderId)
            .ToHashSet();
    }

    internal void Forget(long appId) => _counts.TryRemove(appId, out _);

    /// <summary>
    /// Embedders by row, for people; those of the same name and side are told apart by the beginning of their hash.
    /// </summary>
    private static async Task<IReadOnlyDictionary<long, string>> NamesAsync(PortalDbContext db, CancellationToken ct)
    {
        var keys = await db.Embedders.OrderBy(e => e.Id).Select(e => new { e.Id, e.Key }).ToListAsync(ct);
        var same = keys.GroupBy(e => EmbedderIdentity.Shown(e.Key))
            .Where(g => g.Count() > 1)
            .Select(g => g.Key)
            .ToHashSet();
        return keys.ToDictionary(
            e => e.Id,
            e =>
                EmbedderIdentity.Shown(e.Key) is var name && same.Contains(name)
                    ? $"{name} ({e.Key[(e.Key.LastIndexOf(':') + 1)..][..6]})"
                    : name
        );
    }

    private async Task<IReadOnlyList<OutdatedModel>> OutdatedAsync(
        PortalDbContext db,
        long appId,
        long currentId,
        IReadOnlyDictionary<long, string> names,
        CancellationToken ct
    )
    {
        var inDefault = (
            from a in db.Apps
            join n in db.WorkflowNodes on a.DefaultWorkflowVersionId equals n.WorkflowVersionId
            where a.Id == appId
            select n.ModelVersionId
        );
        var rows = await (
            from m in db.Models
            join v in db.ModelVersions on m.Id equals v.ModelId
            where
                m.AppId == appId
                && m.DeletedAt == null
                && v.Status == StatusCode.ModelTrained
                && v.EmbedderId != null
                && v.EmbedderId != currentId
            let isInDefault = inDefault.Contains(v.Id)
            where
                isInDefault
                || !db.ModelVersions.Any(n =>
                    n.ModelId == m.Id && n.Status == StatusCode.ModelTrained && n.Number > v.Number
                )
            orderby m.Id, isInDefault descending, v.Number descending
            select new
            {
                m.Id,
                m.ExternalId,
                m.Name,
                v.Number,
                EmbedderId = v.EmbedderId!.Value,
                IsInDefault = isInDefault,
            }
        ).ToListAsync(ct);
        var models = new List<OutdatedModel>();
        foreach (var row in rows)
        {
            models.Add(
                new OutdatedModel(
                    row.Id,
                    row.ExternalId,
                    row.Name,
                    row.Number,
                    row.EmbedderId,
                    names[row.EmbedderId],
                    row.IsInDefault,
                    await past.WhyGoneAsync(row.EmbedderId, ct)
                )
            );
        }

        return models;
    }

    private async Task<Counts> CountAsync(PortalDbContext db, long appId, long currentId, CancellationToken ct)
    {
        if (_counts.TryGetValue(appId, out var known) && clock.GetUtcNow() < known.Until)
        {
            return known.Counts;
        }

        var started = Stopwatch.GetTimestamp();
        var inputs = await db.Inputs.CountAsync(
            i => i.AppId == appId && i.Status == StatusCode.InputSuccess && i.DeletedAt == null,
            ct
        );
        var left = await InputEmbedder.Missing(db, appId, currentId).CountAsync(ct);
        var stored = new List<long>();
        foreach (var id in await db.Embedders.Where(e => e.Id != currentId).Select(e => e.Id).ToListAsync(ct))
        {
            if (
                await db.InputEmbeddings.AnyAsync(
                    e => e.EmbedderId == id && db.Inputs.Any(i => i.Id == e.InputId && i.AppId == appId),
                    ct
                )
            )
            {
                stored.Add(id);
            }
        }
        var counts = new Counts(inputs, left, stored);
        _counts[appId] = (counts, clock.GetUtcNow() + CostShare * Stopwatch.GetElapsedTime(started));
        return counts;
    }
}
