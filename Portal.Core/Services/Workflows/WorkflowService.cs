using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Ids;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Domain.Workflows.Routes;
using Portal.Core.Services.Embeddings;
using Portal.Core.Services.Inputs;
using Portal.Core.Services.Models;
using Portal.Core.Services.Runs;

namespace Portal.Core.Services.Workflows;

/// <summary>Workflows and their versions: checked, saved, made default.</summary>
public sealed class WorkflowService(
    IDbContextFactory<PortalDbContext> contexts,
    WorkflowCatalog catalog,
    NodeTypeRegistry types,
    ModelService models,
    PastEmbedders pastEmbedders,
    InputSignal inputSignal,
    IdGenerator ids,
    TimeProvider clock,
    ChangeFeed changes
)
{
    /// <summary>Checks a draft without saving it, for the page that edits it.</summary>
    public async Task<(IReadOnlyList<GraphProblem> Problems, IReadOnlyList<ScoreRoute> Routes)> CheckAsync(
        long appId,
        IReadOnlyList<DraftNode> draft,
        CancellationToken ct
    )
    {
        var context = await catalog.ContextAsync(appId, ct);
        try
        {
            await using var db = await contexts.CreateDbContextAsync(ct);
            var nodes = await ResolveAsync(db, appId, draft, ct);
            var problems = GraphValidator.Validate(nodes, context);
            IReadOnlyList<ScoreRoute> routes = problems.Any(p => p.Severity == ProblemSeverity.Error)
                ? []
                : ScoreRoute.Of(WorkflowGraph.Build(nodes, context), context);
            return (problems, routes);
        }
        catch (PortalException e)
        {
            return ([new GraphProblem(e.Subject, "unresolved", ProblemSeverity.Error, e.Code, e.Message)], []);
        }
    }

    public async Task<WorkflowView> CreateAsync(
        long appId,
        long userId,
        string? externalId,
        string? name,
        IReadOnlyList<DraftNode> draft,
        CancellationToken ct
    )
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var id = await ids.ReadableAsync(db.Workflows.Where(w => w.AppId == appId), externalId, name, "workflow", ct);
        await AddAsync(db, appId, userId, id, name, draft, ct);
        await transaction.CommitAsync(ct);
        changes.Publish(appId, ChangedNoun.Workflows);
        return await GetAsync(appId, id, ct);
    }

    /// <summary>Saves a changed graph as a new version.</summary>
    public async Task<WorkflowView> AddVersionAsync(
        long appId,
        long userId,
        string externalId,
        string? name,
        IReadOnlyList<DraftNode> draft,
        CancellationToken ct
    )
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var workflow = await FindAsync(db, appId, externalId, ct);
        if (name is not null)
        {
            workflow.Name = Text.Name(name, "workflow", externalId);
        }

        workflow.ModifiedAt = Now;
        await AddVersionAsync(db, workflow, userId, draft, ct);
        await transaction.CommitAsync(ct);
        changes.Publish(appId, ChangedNoun.Workflows);
        return await GetAsync(appId, externalId, ct);
    }

    /// <summary>The band with thresholds that guarantee nothing.</summary>
    public Task<WorkflowView> CreateBandAsync(
        long appId,
        long userId,
        string modelId,
        IReadOnlyDictionary<string, (double Low, double High)> thresholds,
        string writtenAs,
        string? externalId,
        CancellationToken ct
    ) => CreateBandAsync(appId, userId, modelId, thresholds, null, writtenAs, externalId, ct);

    /// <summary>
    /// "Auto-annotate with this model": makes the models and the graph of the band and saves them, all or none.
    /// </summary>
    /// <param name="thresholds">Low and high threshold per concept id.</param>
    /// <param name="guaranteed">Per concept id whose high threshold is a guarantee, the part of what is accepted that
    /// may be wrong; null for none.</param>
    /// <param name="writtenAs">The user the tags are written as.</param>
    public async Task<WorkflowView> CreateBandAsync(
        long appId,
        long userId,
        string modelId,
        IReadOnlyDictionary<string, (double Low, double High)> thresholds,
        IReadOnlyDictionary<string, double>? guaranteed,
        string writtenAs,
        string? externalId,
        CancellationToken ct
    )
    {
        var model = await models.GetAsync(appId, modelId, ct);
        var name = $"Auto-annotate with {model.Model.Name}";
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var id = await ids.ReadableAsync(db.Workflows.Where(w => w.AppId == appId), externalId, name, "workflow", ct);
        var concepts = await db
            .Concepts.Where(c => c.AppId == appId && c.DeletedAt == null)
            .ToDictionaryAsync(c => c.ExternalId, c => c.Id, StringComparer.Ordinal, ct);
        var band = BandBuilder.Build(
            model.Model.Name,
            [
                .. thresholds.Select(t => new BandThresholds(
                    concepts.TryGetValue(t.Key, out var conceptId)
                        ? conceptId
                        : throw new PortalException(
                            StatusCode.ModelInvalidArgument,
                            $"There is no concept '{Text.Shown(t.Key)}' in this app.",
                            t.Key
                        ),
                    t.Value.Low,
                    t.Value.High
                )),
            ],
            writtenAs
        );
        var draft = new List<DraftNode>();
        foreach (var node in band)
        {
            var nodeModelId = modelId;
            if (node.Output is { } output)
            {
                nodeModelId = (
                    await models.AddAsync(
                        db,
                        appId,
                        userId,
                        await ids.ReadableAsync(
                            db.Models.Where(m => m.AppId == appId),
                            null,
                            node.ModelName,
                            "model",
                            ct
                        ),
                        node.ModelName,
                        types.Get(node.TypeId),
                        output,
                        ct
                    )
                ).ExternalId;
            }

            draft.Add(new DraftNode(node.Id, nodeModelId, null, node.InputIds));
        }
        await AddAsync(db, appId, userId, id, name, draft, ct);
        if (guaranteed is { Count: > 0 })
        {
            var version = await db.WorkflowVersions.SingleAsync(
                v => db.Workflows.Any(w => w.Id == v.WorkflowId && w.AppId == appId && w.ExternalId == id),
                ct
            );
            version.Guarantees = JsonSerializer.Serialize(guaranteed.ToDictionary(p => concepts[p.Key], p => p.Value));
            await db.SaveChangesAsync(ct);
        }
        await transaction.CommitAsync(ct);
        changes.Publish(appId, ChangedNoun.Models);
        changes.Publish(appId, ChangedNoun.Workflows);
        return await GetAsync(appId, id, ct);
    }

    public async Task<IReadOnlyList<WorkflowView>> ListAsync(long appId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var workflows = await db
            .Workflows.AsNoTracking()
            .Where(w => w.AppId == appId && w.DeletedAt == null)
            .OrderBy(w => w.Id)
            .ToListAsync(ct);
        var versions = await VersionsAsync(db, appId, workflows.ConvertAll(w => w.Id), ct);
        return workflows.ConvertAll(w => new WorkflowView(w, [.. versions[w.Id]]));
    }

    public async Task<WorkflowView> GetAsync(long appId, string externalId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var workflow = await FindAsync(db, appId, externalId, ct);
        var versions = await VersionsAsync(db, appId, [workflow.Id], ct);
        return new WorkflowView(workflow, [.. versions[workflow.Id]]);
    }

    /// <summary>A version by its id, or the latest one where none is named.</summary>
    public async Task<WorkflowVersionView> GetVersionAsync(
        long appId,
        string externalId,
        string? versionId,
        CancellationToken ct
    )
    {
        var view = await GetAsync(appId, externalId, ct);
        return (versionId is null ? view.Latest : view.Versions.FirstOrDefault(v => v.ExternalId == versionId))
            ?? throw new PortalException(
                StatusCode.WorkflowDoesNotExist,
                $"The workflow '{externalId}' has no version '{Text.Shown(versionId!)}'.",
                versionId
            );
    }

    /// <summary>The workflow that every new input of the app runs, with the version it runs, or null.</summary>
    public async Task<(string WorkflowId, string VersionId)?> GetDefaultAsync(long appId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var found = await (
            from a in db.Apps
            join v in db.WorkflowVersions on a.DefaultWorkflowVersionId equals v.Id
            join w in db.Workflows on v.WorkflowId equals w.Id
            where a.Id == appId
            select new { Workflow = w.ExternalId, Version = v.ExternalId }
        ).SingleOrDefaultAsync(ct);
        return found is null ? null : (found.Workflow, found.Version);
    }

    /// <summary>
    /// Makes a version the one that every new input runs; null makes none. Inputs that were held for what the default
    /// before needed are let go.
    /// </summary>
    /// <exception cref="PortalException">The version cannot run, or reads vectors of an earlier embedder whose network
    /// is gone.</exception>
    public async Task SetDefaultAsync(long appId, long? workflowVersionId, CancellationToken ct)
    {
        foreach (var use in workflowVersionId is { } id ? (await catalog.GetAsync(id, ct)).Past : [])
        {
            if (await pastEmbedders.WhyGoneAsync(use.EmbedderId, ct) is { } gone)
            {
                throw new PortalException(
                    StatusCode.WorkflowInvalidRequest,
                    $"Version {use.VersionNumber} of the model {use.ModelName} reads vectors of {use.EmbedderName}, "
                        + $"and {gone}. Train the model again, and use its new version."
                );
            }
        }
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await SetDefaultAsync(db, appId, workflowVersionId, ct);
        await transaction.CommitAsync(ct);
        DefaultIsSet(appId);
    }

    /// <summary>
    /// Puts a trained version of a model in the place of one that reads an earlier embedder's vectors, in a new version
    /// of the app's default workflow. Thresholds stay as they are; what was guaranteed for the version before is not
    /// guaranteed for this one.
    /// </summary>
    /// <returns>Whether the default workflow had such a version.</returns>
    public async Task<bool> RenewDefaultAsync(long appId, long userId, long modelVersionId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var made = await db.ModelVersions.AsNoTracking().SingleAsync(v => v.Id == modelVersionId, ct);
        var old = await (
            from a in db.Apps
            join v in db.WorkflowVersions.AsNoTracking().Include(v => v.Nodes.OrderBy(n => n.Position))
                on a.DefaultWorkflowVersionId equals v.Id
            where a.Id == appId
            select v
        ).SingleOrDefaultAsync(ct);
        if (old is null)
        {
            return false;
        }

        var outdated = (
            await db
                .ModelVersions.Where(v =>
                    v.ModelId == made.ModelId && v.EmbedderId != null && v.EmbedderId != made.EmbedderId
                )
                .Select(v => v.Id)
                .ToListAsync(ct)
        ).ToHashSet();
        if (!old.Nodes.Any(n => outdated.Contains(n.ModelVersionId)))
        {
            return false;
        }

        var renewed = new WorkflowVersion
        {
            WorkflowId = old.WorkflowId,
            ExternalId = ids.NewId(),
            Number =
                1 + await db.WorkflowVersions.Where(v => v.WorkflowId == old.WorkflowId).MaxAsync(v => v.Number, ct),
            CreatedById = userId,
            CreatedAt = Now,
            Nodes =
            [
                .. old.Nodes.Select(n => new WorkflowNode
                {
                    Position = n.Position,
                    NodeId = n.NodeId,
                    ModelVersionId = outdated.Contains(n.ModelVersionId) ? modelVersionId : n.ModelVersionId,
                    InputIds = [.. n.InputIds],
                }),
            ],
        };
        // A model whose concepts changed since may not fit the graph any more; then a person has to look.
        var specs = await WorkflowCatalog.SpecsAsync(db, [.. renewed.Nodes.Select(n => n.ModelVersionId)], ct);
        WorkflowGraph.Build(
            [.. renewed.Nodes.Select(n => new GraphNode(n.NodeId, specs[n.ModelVersionId], n.InputIds))],
            await catalog.SavedContextAsync(db, appId, ct)
        );
        db.WorkflowVersions.Add(renewed);
        await db.SaveChangesAsync(ct);
        await SetDefaultAsync(db, appId, renewed.Id, ct);
        await transaction.CommitAsync(ct);
        DefaultIsSet(appId);
        return true;
    }

    private async Task SetDefaultAsync(PortalDbContext db, long appId, long? workflowVersionId, CancellationToken ct)
    {
        var app = await db.Apps.SingleAsync(a => a.Id == appId, ct);
        app.DefaultWorkflowVersionId = workflowVersionId;
        app.ModifiedAt = Now;
        await db.SaveChangesAsync(ct);
        await InputQueue.ReleaseHeldAsync(db, appId, ct);
    }

    private void DefaultIsSet(long appId)
    {
        inputSignal.Wake();
        changes.Publish(appId, ChangedNoun.Inputs);
        changes.Publish(appId, ChangedNoun.Apps);
        changes.Publish(appId, ChangedNoun.Workflows);
    }

    /// <summary>Hides a workflow, unless one of its versions is the default.</summary>
    public async Task<Workflow> DeleteAsync(long appId, string externalId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var workflow = await FindAsync(db, appId, externalId, ct);
        if (
            await (
                from a in db.Apps
                join v in db.WorkflowVersions on a.DefaultWorkflowVersionId equals v.Id
                where a.Id == appId && v.WorkflowId == workflow.Id
                select v.Id
            ).AnyAsync(ct)
        )
        {
            throw new PortalException(
                StatusCode.WorkflowInvalidRequest,
                $"'{workflow.Name}' is the app's default workflow. Make another workflow the default, or none, and "
                    + $"delete it then.",
                externalId
            );
        }

        workflow.Hide(Now);
        await db.SaveChangesAsync(ct);
        changes.Publish(appId, ChangedNoun.Workflows);
        return workflow;
    }

    /// <summary>Brings a deleted workflow back under its old id.</summary>
    /// <exception cref="PortalException"><see cref="StatusCode.WorkflowDuplicate"/> when the id was taken
    /// meanwhile.</exception>
    public async Task RestoreAsync(long appId, long workflowId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var workflow = await db.Workflows.SingleAsync(w => w.AppId == appId && w.Id == workflowId, ct);
        workflow.Restore();
        await SaveAsync(db, workflow.ExternalId, ct);
        changes.Publish(appId, ChangedNoun.Workflows);
    }

    private async Task AddAsync(
        PortalDbContext db,
        long appId,
        long userId,
        string externalId,
        string? name,
        IReadOnlyList<DraftNode> draft,
        CancellationToken ct
    )
    {
        var workflow = new Workflow
        {
            AppId = appId,
            ExternalId = externalId,
            Name = Text.Name(name, "workflow", externalId),
            CreatedAt = Now,
            ModifiedAt = Now,
        };
        db.Workflows.Add(workflow);
        await SaveAsync(db, externalId, ct);
        await AddVersionAsync(db, workflow, userId, draft, ct);
    }

    private async Task AddVersionAsync(
        PortalDbContext db,
        Workflow workflow,
        long userId,
        IReadOnlyList<DraftNode> draft,
        CancellationToken ct
    )
    {
        var nodes = await ResolveAsync(db, workflow.AppId, draft, ct);
        WorkflowGraph.Build(nodes, await catalog.ContextAsync(workflow.AppId, ct));
        var versionIds = new List<long>();
        foreach (var (node, given) in nodes.Zip(draft))
        {
            versionIds.Add(
                given.Settings is null
                    ? node.Model.ModelVersionId
                    : (await models.ReviseAsync(db, node.Model.ModelId, userId, node.Model.Output, ct)).Id
            );
        }

        db.WorkflowVersions.Add(
            new WorkflowVersion
            {
                WorkflowId = workflow.Id,
                ExternalId = ids.NewId(),
                Number =
                    1
                    + (
                        await db
                            .WorkflowVersions.Where(v => v.WorkflowId == workflow.Id)
                            .MaxAsync(v => (int?)v.Number, ct)
                        ?? 0
                    ),
                CreatedById = userId,
                CreatedAt = Now,
                Guarantees = await GuaranteesAsync(db, workflow.Id, versionIds, ct),
                Nodes =
                [
                    .. nodes.Select(
                        (n, i) =>
                            new WorkflowNode
                            {
                                Position = i,
                                NodeId = n.Id,
                                ModelVersionId = versionIds[i],
                                InputIds = [.. n.InputIds],
                            }
                    ),
                ],
            }
        );
        await db.SaveChangesAsync(ct);
    }

    /// <summary>
    /// Guarantees stand as long as the classifier and the thresholds do, so that an audit can be added to a graph that
    /// guarantees something.
    /// </summary>
    private static async Task<string?> GuaranteesAsync(
        PortalDbContext db,
        long workflowId,
        List<long> modelVersionIds,
        CancellationToken ct
    )
    {
        var latest = await db
            .WorkflowVersions.AsNoTracking()
            .Include(v => v.Nodes)
            .Where(v => v.WorkflowId == workflowId)
            .OrderByDescending(v => v.Number)
            .FirstOrDefaultAsync(ct);
        return latest is not null && latest.Nodes.All(node => modelVersionIds.Contains(node.ModelVersionId))
            ? latest.Guarantees
            : null;
    }

    /// <summary>
    /// Finds each node's model version; an untrained model is kept as such, for the graph's own check to name.
    /// </summary>
    private async Task<IReadOnlyList<GraphNode>> ResolveAsync(
        PortalDbContext db,
        long appId,
        IReadOnlyList<DraftNode> draft,
        CancellationToken ct
    )
    {
        var chosen = new List<long>();
        foreach (var node in draft)
        {
            var versions = await (
                from m in db.Models
                join v in db.ModelVersions on m.Id equals v.ModelId
                where m.AppId == appId && m.ExternalId == node.ModelId && m.DeletedAt == null
                orderby v.Number descending
                select new
                {
                    v.Id,
                    v.ExternalId,
                    v.Status,
                }
            ).ToListAsync(ct);
            if (versions.Count == 0)
            {
                throw await NoVersionAsync(db, appId, node, ct);
            }

            var version = node.ModelVersionId is null
                ? versions.FirstOrDefault(v => v.Status == StatusCode.ModelTrained) ?? versions[0]
                : versions.FirstOrDefault(v => v.ExternalId == node.ModelVersionId)
                    ?? throw new PortalException(
                        StatusCode.WorkflowInvalidRequest,
                        $"Node '{node.Id}': the model '{node.ModelId}' has no version "
                            + $"'{Text.Shown(node.ModelVersionId)}'.",
                        node.Id
                    );
            chosen.Add(version.Id);
        }
        var specs = await WorkflowCatalog.SpecsAsync(db, chosen, ct);
        var nodes = new List<GraphNode>();
        foreach (var (node, versionId) in draft.Zip(chosen))
        {
            var spec = specs[versionId];
            if (node.Settings is { } settings)
            {
                if (types.Get(spec.TypeId).NeedsTraining)
                {
                    throw new PortalException(
                        StatusCode.WorkflowInvalidRequest,
                        $"Node '{node.Id}': the model '{node.ModelId}' learns its settings. Change and train the "
                            + $"model itself.",
                        node.Id
                    );
                }

                spec = spec with { Output = await ModelService.ResolveAsync(db, appId, settings, ct) };
            }
            nodes.Add(new GraphNode(node.Id, spec, node.InputIds));
        }
        return nodes;
    }

    private static async Task<PortalException> NoVersionAsync(
        PortalDbContext db,
        long appId,
        DraftNode node,
        CancellationToken ct
    ) =>
        await db.Models.AnyAsync(m => m.AppId == appId && m.ExternalId == node.ModelId && m.DeletedAt == null, ct)
            ? new PortalException(
                StatusCode.WorkflowModelUntrained,
                $"Node '{node.Id}': the model '{node.ModelId}' is not trained. Train it first.",
                node.Id
            )
            : new PortalException(
                StatusCode.WorkflowInvalidRequest,
                $"Node '{node.Id}': there is no model '{Text.Shown(node.ModelId)}' in this app.",
                node.Id
            );

    private static async Task<Workflow> FindAsync(
        PortalDbContext db,
        long appId,
        string externalId,
        CancellationToken ct
    ) =>
        await db.Workflows.SingleOrDefaultAsync(
            w => w.AppId == appId && w.ExternalId == externalId && w.DeletedAt == null,
            ct
        )
        ?? throw new PortalException(
            StatusCode.WorkflowDoesNotExist,
            $"There is no workflow '{Text.Shown(externalId)}' in this app.",
            externalId
        );

    private static async Task<ILookup<long, WorkflowVersionView>> VersionsAsync(
        PortalDbContext db,
        long appId,
        List<long> workflowIds,
        CancellationToken ct
    )
    {
        var defaultId = await db.Apps.Where(a => a.Id == appId).Select(a => a.DefaultWorkflowVersionId).SingleAsync(ct);
        var versions = await db
            .WorkflowVersions.AsNoTracking()
            .Include(v => v.Nodes.OrderBy(n => n.Position))
            .Where(v => workflowIds.Contains(v.WorkflowId))
            .OrderByDescending(v => v.Number)
            .ToListAsync(ct);
        var versionIds = versions.SelectMany(v => v.Nodes).Select(n => n.ModelVersionId).Distinct().ToList();
        var modelVersions = await (
            from v in db.ModelVersions
            join m in db.Models on v.ModelId equals m.Id
            where versionIds.Contains(v.Id)
            select new
            {
                v.Id,
                v.ExternalId,
                v.Number,
                Model = m,
                Newer = db
                    .ModelVersions.Where(n =>
                        n.ModelId == m.Id && n.Number > v.Number && n.Status == StatusCode.ModelTrained
                    )
                    .OrderByDescending(n => n.Number)
                    .Select(n => n.ExternalId)
                    .FirstOrDefault(),
            }
        ).ToDictionaryAsync(v => v.Id, ct);
        return versions.ToLookup(
            v => v.WorkflowId,
            v => new WorkflowVersionView(
                v.Id,
                v.ExternalId,
                v.Number,
                v.CreatedAt,
                [
                    .. v.Nodes.Select(n =>
                    {
                        var version = modelVersions[n.ModelVersionId];
                        return new NodeView(
                            n.NodeId,
                            version.Model.VisibleId(),
                            version.Model.Name,
                            version.Model.TypeId,
                            version.ExternalId,
                            version.Number,
                            version.Newer,
                            n.InputIds
                        );
                    }),
                ],
                v.Id == defaultId
            )
        );
    }

    private static Task SaveAsync(PortalDbContext db, string externalId, CancellationToken ct) =>
        db.SaveOrRefuseAsync(
            () =>
                new PortalException(
                    StatusCode.WorkflowDuplicate,
                    $"There is already a workflow with the id '{externalId}'. Choose another id.",
                    externalId
                ),
            ct
        );

    private DateTime Now => clock.GetUtcNow().UtcDateTime;
}
