using Microsoft.EntityFrameworkCore;
using Portal.Core.Annotations;
using Portal.Core.Errors;
using Portal.Core.Ids;
using Portal.Core.Models;
using Portal.Core.Storage;
using Portal.Core.Workflows;
using Portal.Core.Workflows.Nodes;

namespace Portal.Core.Apps;

/// <summary>Figures of one app for its card.</summary>
public sealed record AppOverview(App App, int Inputs, int Concepts, int Pending);

/// <summary>Workspaces: who may see them, and their settings.</summary>
public sealed class AppService(IDbContextFactory<PortalDbContext> contexts, ModelService models, NodeTypeRegistry types, IdGenerator ids, TimeProvider clock, ChangeFeed changes)
{
    /// <summary>Makes an app, with the built-in Visual Embedder in it.</summary>
    public async Task<App> CreateAsync(long userId, string? externalId, string? name, string? description, CancellationToken ct)
    {
        var id = ids.ChosenOrNew(externalId, "app");
        await using var db = await contexts.CreateDbContextAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var app = new App
        {
            ExternalId = id,
            OwnerId = userId,
            Name = Text.Name(name, "app", id),
            Description = Text.Bounded(description, 2000, "description"),
            CreatedAt = Now,
            ModifiedAt = Now,
        };
        db.Apps.Add(app);
        await db.SaveOrRefuseAsync(() => AlreadyThere(id), ct);
        await models.AddAsync(db, app.Id, userId, VisualEmbedder.Id, "Visual Embedder", types.Get(VisualEmbedder.Id), OutputInfo.Empty, ct);
        await transaction.CommitAsync(ct);
        changes.Publish(app.Id, ChangedNoun.Apps);
        return app;
    }

    public async Task<IReadOnlyList<App>> ListAsync(long userId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.Apps.AsNoTracking().Where(a => a.OwnerId == userId && a.DeletedAt == null).OrderBy(a => a.Id).ToListAsync(ct);
    }

    public async Task<IReadOnlyList<AppOverview>> OverviewAsync(long userId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.Apps.AsNoTracking().Where(a => a.OwnerId == userId && a.DeletedAt == null).OrderByDescending(a => a.ModifiedAt)
            .Select(a => new AppOverview(
                a,
                db.Inputs.Count(i => i.AppId == a.Id && i.DeletedAt == null),
                db.Concepts.Count(c => c.AppId == a.Id && c.DeletedAt == null),
                db.Annotations.Where(AnnotationStatuses.ForReview).Count(n => n.AppId == a.Id)))
            .ToListAsync(ct);
    }

    /// <summary>The app if the acting user may see it.</summary>
    /// <param name="actorId">Who asks.</param>
    /// <param name="ownerName">The owner's user id, as in the path.</param>
    /// <exception cref="PortalException"><see cref="StatusCode.DoesNotExist"/>, also for somebody else's app: not even that an id exists leaks.</exception>
    public async Task<App> GetAsync(long actorId, string ownerName, string externalId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var normalized = ownerName.ToUpperInvariant();
        var app = await (from a in db.Apps.AsNoTracking()
                         join u in db.Users on a.OwnerId equals u.Id
                         where u.NormalizedUserName == normalized && a.ExternalId == externalId && a.DeletedAt == null && a.OwnerId == actorId
                         select a).SingleOrDefaultAsync(ct);
        return app ?? throw new PortalException(StatusCode.DoesNotExist, $"There is no app '{Text.Shown(externalId)}' here, or you may not see it.", externalId);
    }

    public async Task<App> GetAsync(long appId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.Apps.AsNoTracking().SingleOrDefaultAsync(a => a.Id == appId && a.DeletedAt == null, ct)
            ?? throw new PortalException(StatusCode.DoesNotExist, "This app was deleted.");
    }

    public Task<App> UpdateAsync(long appId, string? name, string? description, bool? implicitNegatives, CancellationToken ct) =>
        ChangeAsync(appId, app =>
        {
            if (name is not null) app.Name = Text.Name(name, "app", app.ExternalId);
            if (description is not null) app.Description = Text.Bounded(description, 2000, "description");
            if (implicitNegatives is { } value) app.ImplicitNegatives = value;
        }, ct);

    public Task<App> DeleteAsync(long appId, CancellationToken ct) => ChangeAsync(appId, app => app.Hide(Now), ct);

    /// <summary>Brings a deleted app back under its old id.</summary>
    /// <exception cref="PortalException"><see cref="StatusCode.DuplicateId"/> when the id was taken meanwhile.</exception>
    public Task<App> RestoreAsync(long appId, CancellationToken ct) => ChangeAsync(appId, app => app.Restore(), ct);

    private async Task<App> ChangeAsync(long appId, Action<App> change, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var app = await db.Apps.SingleAsync(a => a.Id == appId, ct);
        change(app);
        app.ModifiedAt = Now;
        await db.SaveOrRefuseAsync(() => AlreadyThere(app.ExternalId), ct);
        changes.Publish(appId, ChangedNoun.Apps);
        return app;
    }

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    private static PortalException AlreadyThere(string id) =>
        new(StatusCode.DuplicateId, $"There is already an app with the id '{id}'. Choose another id.", id);
}
