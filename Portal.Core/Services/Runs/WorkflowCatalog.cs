using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Users;
using Portal.Core.Domain.Workflows;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Domain.Workflows.Routes;
using Portal.Core.Engines.Embedding;
using Portal.Core.Services.Embeddings;

namespace Portal.Core.Services.Runs;

/// <summary>A saved workflow version with its graph bound and ready to run.</summary>
/// <param name="Past">Earlier embedders on whose vectors classifiers of it were trained.</param>
public sealed record ReadyWorkflow(
    WorkflowVersion Version,
    Workflow Workflow,
    WorkflowGraph Graph,
    IReadOnlyList<ScoreRoute> Routes,
    IReadOnlyList<PastEmbedderUse> Past
)
{
    /// <summary>
    /// Whether a run reads the current embedder's vector. One without classifiers does, as ever, so that it runs on
    /// processed inputs only.
    /// </summary>
    public bool ReadsCurrent { get; init; }
}

/// <summary>
/// Loads workflow and model versions as the engine wants them, and keeps them: versions never change.
/// </summary>
public sealed class WorkflowCatalog(
    IDbContextFactory<PortalDbContext> contexts,
    NodeTypeRegistry types,
    EmbeddingStore embeddings
)
{
    private const int MaxKept = 64;
    private readonly ConcurrentDictionary<long, Lazy<Task<ReadyWorkflow>>> _ready = new();

    /// <exception cref="PortalException">The version is gone, or can no longer run, for example because the user it
    /// writes as is gone.</exception>
    public async Task<ReadyWorkflow> GetAsync(long workflowVersionId, CancellationToken ct)
    {
        if (_ready.Count > MaxKept)
        {
            _ready.Clear();
        }

        var lazy = _ready.GetOrAdd(workflowVersionId, id => new Lazy<Task<ReadyWorkflow>>(() => LoadAsync(id)));
        try
        {
            return await lazy.Value.WaitAsync(ct);
        }
        catch
        {
            _ready.TryRemove(KeyValuePair.Create(workflowVersionId, lazy));
            throw;
        }
    }

    /// <summary>The app's concepts, and its members, whom a graph that is edited or saved may write as.</summary>
    public async Task<GraphContext> ContextAsync(long appId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await ContextAsync(
            db,
            appId,
            db.Users.Where(u => db.Memberships.Any(m => m.AppId == appId && m.UserId == u.Id)),
            ct
        );
    }

    /// <summary>
    /// As <see cref="ContextAsync(long, CancellationToken)"/>, for a graph that is saved already: it may write as
    /// members who have left.
    /// </summary>
    internal Task<GraphContext> SavedContextAsync(PortalDbContext db, long appId, CancellationToken ct) =>
        ContextAsync(db, appId, db.Users, ct);

    private async Task<GraphContext> ContextAsync(
        PortalDbContext db,
        long appId,
        IQueryable<PortalUser> writers,
        CancellationToken ct
    )
    {
        var concepts = await db
            .Concepts.Where(c => c.AppId == appId && c.DeletedAt == null)
            .ToDictionaryAsync(c => c.Id, c => c.Name, ct);
        return new GraphContext(
            types,
            concepts,
            (await writers.Select(u => u.UserName!).ToListAsync(ct)).ToHashSet(StringComparer.OrdinalIgnoreCase)
        );
    }

    /// <summary>Model versions as the engine wants them, by internal key.</summary>
    internal static async Task<IReadOnlyDictionary<long, ModelVersionSpec>> SpecsAsync(
        PortalDbContext db,
        IReadOnlyCollection<long> modelVersionIds,
        CancellationToken ct
    )
    {
        var rows = await (
            from v in db.ModelVersions.AsNoTracking()
            join m in db.Models on v.ModelId equals m.Id
            where modelVersionIds.Contains(v.Id)
            select new
            {
                Version = v,
                m.ExternalId,
                m.TypeId,
                m.Id,
            }
        ).ToListAsync(ct);
        return rows.ToDictionary(
            r => r.Version.Id,
            r => new ModelVersionSpec(
                r.Version.Id,
                r.Id,
                r.ExternalId,
                r.TypeId,
                r.Version.Status == StatusCode.ModelTrained,
                OutputInfo.FromJson(r.Version.Output),
                r.Version.Head is null ? null : ClassifierHead.FromBytes(r.Version.Head),
                r.Version.EmbedderId
            )
        );
    }

    private async Task<ReadyWorkflow> LoadAsync(long workflowVersionId)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var version =
            await db
                .WorkflowVersions.AsNoTracking()
                .Include(v => v.Nodes.OrderBy(n => n.Position))
                .SingleOrDefaultAsync(v => v.Id == workflowVersionId)
            ?? throw new PortalException(
                StatusCode.WorkflowDoesNotExist,
                "This workflow version is gone. Choose another one."
            );
        var workflow = await db.Workflows.AsNoTracking().SingleAsync(w => w.Id == version.WorkflowId);
        var specs = await SpecsAsync(db, [.. version.Nodes.Select(n => n.ModelVersionId)], CancellationToken.None);
        // A saved version goes on when a member it writes as leaves: the app would stop being annotated otherwise.
        var context = await SavedContextAsync(db, workflow.AppId, CancellationToken.None);
        var graph = WorkflowGraph.Build(
            [.. version.Nodes.Select(n => new GraphNode(n.NodeId, specs[n.ModelVersionId], n.InputIds))],
            context
        );
        var past = await PastAsync(
            db,
            [.. version.Nodes.Select(n => n.ModelVersionId)],
            await embeddings.EmbedderIdAsync(CancellationToken.None),
            CancellationToken.None
        );
        var readsCurrent =
            past.Count == 0
            || version.Nodes.Any(n =>
                specs[n.ModelVersionId] is { Head: not null } spec && past.All(p => p.EmbedderId != spec.EmbedderId)
            );
        return new ReadyWorkflow(version, workflow, graph, ScoreRoute.Of(graph, context), past)
        {
            ReadsCurrent = readsCurrent,
        };
    }

    /// <summary>
    /// Those of some model versions that were trained on another embedder's vectors than the current one's.
    /// </summary>
    internal static async Task<IReadOnlyList<PastEmbedderUse>> PastAsync(
        PortalDbContext db,
        IReadOnlyCollection<long> modelVersionIds,
        long currentId,
        CancellationToken ct
    )
    {
        var rows = await (
            from v in db.ModelVersions
            join m in db.Models on v.ModelId equals m.Id
            join e in db.Embedders on v.EmbedderId equals e.Id
            where modelVersionIds.Contains(v.Id) && v.EmbedderId != currentId
            select new
            {
                e.Id,
                e.Key,
                ModelId = m.Id,
                m.Name,
                v.Number,
            }
        ).ToListAsync(ct);
        return rows.ConvertAll(r => new PastEmbedderUse(
            r.Id,
            EmbedderIdentity.Shown(r.Key),
            r.ModelId,
            r.Name,
            r.Number
        ));
    }
}
