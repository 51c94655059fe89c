using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Ids;
using Portal.Core.Domain.Jobs;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Domain.Workflows.Nodes;
using Portal.Core.Domain.Workflows.Parameters;
using Portal.Core.Services.Jobs;
using Portal.Core.Services.Training;

namespace Portal.Core.Services.Models;

/// <summary>How a change to a list of concepts or parameters is meant, as in the API's <c>action</c>.</summary>
public enum PatchAction
{
    Overwrite,
    Merge,
    Remove,
}

/// <summary>Models and their versions: made, changed, trained, listed.</summary>
public sealed class ModelService(
    IDbContextFactory<PortalDbContext> contexts,
    NodeTypeRegistry types,
    JobService jobs,
    IdGenerator ids,
    TimeProvider clock,
    ChangeFeed changes
)
{
    /// <summary>Makes a model. Types without training get their first version at once.</summary>
    /// <param name="typeId">A node type's id or one of its older spellings; null means a Context-Based
    /// Classifier.</param>
    public async Task<ModelView> CreateAsync(
        long appId,
        long userId,
        string? externalId,
        string? name,
        string? typeId,
        OutputDraft draft,
        CancellationToken ct
    )
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var id = await ids.ReadableAsync(db.Models.Where(m => m.AppId == appId), externalId, name, "model", ct);
        var model = await AddAsync(
            db,
            appId,
            userId,
            id,
            name,
            types.Get(typeId ?? ContextBasedClassifier.Id),
            await ResolveAsync(db, appId, draft, ct),
            ct
        );
        await transaction.CommitAsync(ct);
        changes.Publish(appId, ChangedNoun.Models);
        return await GetAsync(appId, model.ExternalId, ct);
    }

    /// <summary>Adds a model inside a transaction of the caller's, its output resolved already.</summary>
    internal async Task<Model> AddAsync(
        PortalDbContext db,
        long appId,
        long userId,
        string externalId,
        string? name,
        NodeType type,
        OutputInfo output,
        CancellationToken ct
    )
    {
        await RequireMembersAsync(db, appId, type, output, ct);
        var model = new Model
        {
            AppId = appId,
            ExternalId = externalId,
            Name = Text.Name(name, "model", externalId),
            TypeId = type.TypeId,
            Output = type.Normalise(output).ToJson(),
            CreatedAt = Now,
            ModifiedAt = Now,
        };
        db.Models.Add(model);
        await SaveAsync(db, externalId, ct);
        if (!type.NeedsTraining)
        {
            await AddVersionAsync(db, model, userId, StatusCode.ModelTrained, ct);
        }

        return model;
    }

    public async Task<IReadOnlyList<ModelView>> ListAsync(long appId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var models = await db
            .Models.AsNoTracking()
            .Where(m => m.AppId == appId && m.DeletedAt == null)
            .OrderBy(m => m.Id)
            .ToListAsync(ct);
        var versions = await VersionsAsync(db, models.ConvertAll(m => m.Id), ct);
        return models.ConvertAll(m => new ModelView(m, OutputInfo.FromJson(m.Output), [.. versions[m.Id]]));
    }

    public async Task<ModelView> GetAsync(long appId, string externalId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var model = await FindAsync(db, appId, externalId, ct);
        var versions = await VersionsAsync(db, [model.Id], ct);
        return new ModelView(model, OutputInfo.FromJson(model.Output), [.. versions[model.Id]]);
    }

    public async Task<ModelVersionView> GetVersionAsync(
        long appId,
        string externalId,
        string versionId,
        CancellationToken ct
    )
    {
        var view = await GetAsync(appId, externalId, ct);
        return view.Versions.FirstOrDefault(v => v.ExternalId == versionId)
            ?? throw new PortalException(
                StatusCode.ModelDoesNotExist,
                $"The model '{externalId}' has no version '{Text.Shown(versionId)}'.",
                versionId
            );
    }

    /// <summary>
    /// Changes a model's name, concepts or parameters. A type without training gets a new version; a classifier's
    /// change counts from its next training.
    /// </summary>
    public async Task<ModelView> UpdateAsync(
        long appId,
        long userId,
        string externalId,
        string? name,
        OutputDraft? draft,
        PatchAction action,
        CancellationToken ct
    )
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var model = await FindAsync(db, appId, externalId, ct);
        var type = types.Get(model.TypeId);
        if (name is not null)
        {
            model.Name = Text.Name(name, "model", externalId);
        }

        model.ModifiedAt = Now;
        if (draft is not null)
        {
            var given = await ResolveAsync(db, appId, draft, ct);
            var patched = type.Normalise(Patch(OutputInfo.FromJson(model.Output), given, action));
            var output = patched.ToJson();
            if (output != model.Output)
            {
                await RequireMembersAsync(db, appId, type, patched, ct);
                model.Output = output;
                if (!type.NeedsTraining)
                {
                    await AddVersionAsync(db, model, userId, StatusCode.ModelTrained, ct);
                }
            }
        }
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        changes.Publish(appId, ChangedNoun.Models);
        return await GetAsync(appId, externalId, ct);
    }

    /// <summary>Makes a new version and starts the job that trains it.</summary>
    /// <exception cref="PortalException">The model's type has nothing to train, or it has no concepts.</exception>
    public async Task<(ModelVersionView Version, Job Job)> TrainAsync(
        long appId,
        long userId,
        string externalId,
        CancellationToken ct
    )
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var model = await FindAsync(db, appId, externalId, ct);
        var type = types.Get(model.TypeId);
        if (!type.NeedsTraining)
        {
            throw new PortalException(
                StatusCode.ModelInvalidArgument,
                $"'{model.Name}' is a {type.DisplayName}, which has nothing to train.",
                externalId
            );
        }

        if (OutputInfo.FromJson(model.Output).Concepts.Count == 0)
        {
            throw new PortalException(
                StatusCode.ModelInvalidArgument,
                $"'{model.Name}' has no concepts. Choose the concepts it is to learn, and train it then.",
                externalId
            );
        }

        var version = await AddVersionAsync(db, model, userId, StatusCode.ModelQueued, ct);
        var job = jobs.Add(
            db,
            appId,
            userId,
            JobKinds.Training,
            $"Train {model.Name} v{version.Number}",
            new TrainingParameters(version.Id)
        );
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        jobs.Started(appId);
        changes.Publish(appId, ChangedNoun.Models);
        return (await GetVersionAsync(appId, externalId, version.ExternalId, ct), job);
    }

    /// <summary>Hides a model, unless the default workflow needs it.</summary>
    public async Task<Model> DeleteAsync(long appId, string externalId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var model = await FindAsync(db, appId, externalId, ct);
        var isNeeded = await (
            from a in db.Apps
            join n in db.WorkflowNodes on a.DefaultWorkflowVersionId equals n.WorkflowVersionId
            join v in db.ModelVersions on n.ModelVersionId equals v.Id
            where a.Id == appId && v.ModelId == model.Id
            select n.Id
        ).AnyAsync(ct);
        if (isNeeded)
        {
            throw new PortalException(
                StatusCode.ModelInvalidArgument,
                $"The app's default workflow uses the model '{externalId}'. Make another workflow the default, or "
                    + $"none, and delete it then.",
                externalId
            );
        }

        model.Hide(Now);
        await db.SaveChangesAsync(ct);
        changes.Publish(appId, ChangedNoun.Models);
        return model;
    }

    /// <summary>Brings a deleted model back under its old id.</summary>
    /// <exception cref="PortalException"><see cref="StatusCode.DuplicateId"/> when the id was taken
    /// meanwhile.</exception>
    public async Task RestoreAsync(long appId, long modelId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var model = await db.Models.SingleAsync(m => m.AppId == appId && m.Id == modelId, ct);
        model.Restore();
        await SaveAsync(db, model.ExternalId, ct);
        changes.Publish(appId, ChangedNoun.Models);
    }

    internal static async Task<Model> FindAsync(
        PortalDbContext db,
        long appId,
        string externalId,
        CancellationToken ct
    ) =>
        await db.Models.SingleOrDefaultAsync(
            m => m.AppId == appId && m.ExternalId == externalId && m.DeletedAt == null,
            ct
        )
        ?? throw new PortalException(
            StatusCode.ModelDoesNotExist,
            $"There is no model '{Text.Shown(externalId)}' in this app.",
            externalId
        );

    private async Task<ModelVersion> AddVersionAsync(
        PortalDbContext db,
        Model model,
        long userId,
        StatusCode status,
        CancellationToken ct
    )
    {
        var version = new ModelVersion
        {
            ModelId = model.Id,
            ExternalId = ids.NewId(),
            Number =
                1 + (await db.ModelVersions.Where(v => v.ModelId == model.Id).MaxAsync(v => (int?)v.Number, ct) ?? 0),
            Status = status,
            Output = model.Output,
            CreatedById = userId,
            CreatedAt = Now,
            TrainedAt = status == StatusCode.ModelTrained ? Now : null,
        };
        db.ModelVersions.Add(version);
        await db.SaveChangesAsync(ct);
        return version;
    }

    /// <summary>Gives a model other settings inside a transaction of the caller's.</summary>
    /// <returns>The new version that has them.</returns>
    internal async Task<ModelVersion> ReviseAsync(
        PortalDbContext db,
        long modelId,
        long userId,
        OutputInfo output,
        CancellationToken ct
    )
    {
        var model = await db.Models.SingleAsync(m => m.Id == modelId, ct);
        model.Output = types.Get(model.TypeId).Normalise(output).ToJson();
        model.ModifiedAt = Now;
        return await AddVersionAsync(db, model, userId, StatusCode.ModelTrained, ct);
    }

    /// <summary>Only a member of the app can be written as.</summary>
    private static async Task RequireMembersAsync(
        PortalDbContext db,
        long appId,
        NodeType type,
        OutputInfo output,
        CancellationToken ct
    )
    {
        foreach (var parameter in type.Parameters.OfType<UserParameter>())
        {
            var userId = parameter.Read(type.Normalise(output).Params);
            var normalized = userId.ToUpperInvariant();
            if (
                !await db.Memberships.AnyAsync(
                    m => m.AppId == appId && db.Users.Any(u => u.Id == m.UserId && u.NormalizedUserName == normalized),
                    ct
                )
            )
            {
                throw new PortalException(
                    StatusCode.ModelInvalidArgument,
                    $"'{parameter.Key}': '{Text.Shown(userId)}' is no member of this app. Choose one of its members.",
                    userId
                );
            }
        }
    }

    /// <summary>The same settings with concepts by internal key.</summary>
    /// <exception cref="PortalException"><see cref="StatusCode.ModelInvalidArgument"/>: a concept is not the
    /// app's.</exception>
    internal static async Task<OutputInfo> ResolveAsync(
        PortalDbContext db,
        long appId,
        OutputDraft draft,
        CancellationToken ct
    )
    {
        var wanted = draft
            .Concepts.Select(c => c.Id)
            .Concat(draft.Concepts.Select(c => c.TargetId).OfType<string>())
            .Distinct()
            .ToList();
        var known = await db
            .Concepts.Where(c => c.AppId == appId && c.DeletedAt == null && wanted.Contains(c.ExternalId))
            .ToDictionaryAsync(c => c.ExternalId, c => c.Id, StringComparer.Ordinal, ct);
        if (wanted.FirstOrDefault(id => !known.ContainsKey(id)) is { } missing)
        {
            throw new PortalException(
                StatusCode.ModelInvalidArgument,
                $"There is no concept '{Text.Shown(missing)}' in this app. Create it first.",
                missing
            );
        }

        return new OutputInfo(
            [
                .. draft.Concepts.Select(c => new OutputConcept(
                    known[c.Id],
                    c.Value,
                    c.TargetId is null ? null : known[c.TargetId]
                )),
            ],
            draft.Params
        );
    }

    private static OutputInfo Patch(OutputInfo current, OutputInfo given, PatchAction action)
    {
        var givenIds = given.Concepts.Select(c => c.ConceptId).ToHashSet();
        var others = current.Concepts.Where(c => !givenIds.Contains(c.ConceptId));
        IReadOnlyList<OutputConcept> concepts = action switch
        {
            PatchAction.Overwrite => given.Concepts,
            PatchAction.Merge => [.. others, .. given.Concepts],
            _ => [.. others],
        };
        if (action == PatchAction.Remove)
        {
            return new OutputInfo(concepts, current.Params);
        }

        var parameters = current.Params.DeepClone().AsObject();
        foreach (var (key, value) in given.Params)
        {
            parameters[key] = value?.DeepClone();
        }

        return new OutputInfo(concepts, parameters);
    }

    private static async Task<ILookup<long, ModelVersionView>> VersionsAsync(
        PortalDbContext db,
        List<long> modelIds,
        CancellationToken ct
    )
    {
        var rows = await db
            .ModelVersions.AsNoTracking()
            .Where(v => modelIds.Contains(v.ModelId))
            .OrderByDescending(v => v.Number)
            .Select(v => new
            {
                v.ModelId,
                v.Id,
                v.ExternalId,
                v.Number,
                v.Status,
                v.StatusDetail,
                v.Output,
                v.Summary,
                v.CreatedAt,
                v.TrainedAt,
                v.EmbedderId,
            })
            .ToListAsync(ct);
        return rows.ToLookup(
            v => v.ModelId,
            v => new ModelVersionView(
                v.Id,
                v.ExternalId,
                v.Number,
                v.Status,
                v.StatusDetail,
                OutputInfo.FromJson(v.Output),
                v.Summary is null ? null : JsonSerializer.Deserialize<TrainingSummary>(v.Summary),
                v.CreatedAt,
                v.TrainedAt,
                v.EmbedderId
            )
        );
    }

    private static Task SaveAsync(PortalDbContext db, string externalId, CancellationToken ct) =>
        db.SaveOrRefuseAsync(
            () =>
                new PortalException(
                    StatusCode.DuplicateId,
                    $"There is already a model with the id '{externalId}'. Choose another id.",
                    externalId
                ),
            ct
        );

    private DateTime Now => clock.GetUtcNow().UtcDateTime;
}
