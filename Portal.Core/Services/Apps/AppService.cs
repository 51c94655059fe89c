using Microsoft.EntityFrameworkCore;
using Portal.Core.Data;
using Portal.Core.Domain.Annotations;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Ids;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Users;
using Portal.Core.Domain.Workflows.Graph;
using Portal.Core.Domain.Workflows.Nodes;
using Portal.Core.Services.Models;

namespace Portal.Core.Services.Apps;

/// <summary>Figures of one app for its card.</summary>
/// <param name="OwnerId">The user whose path the app stands under.</param>
/// <param name="Role">What the one who asks is in it.</param>
public sealed record AppOverview(App App, string OwnerId, Role Role, int Inputs, int Concepts, int Pending);

/// <summary>An app and what the one who asks is in it.</summary>
/// <param name="OwnerId">The user whose path the app stands under.</param>
public sealed record AppAccess(App App, string OwnerId, Role Role);

/// <summary>Workspaces: who may see them, and their settings.</summary>
public sealed class AppService(
    IDbContextFactory<PortalDbContext> contexts,
    ModelService models,
    NodeTypeRegistry types,
    IdGenerator ids,
    TimeProvider clock,
    ChangeFeed changes
)
{
    // Each request asks it. What is translated once cannot be put together of parts, such as Of.
    private static readonly Func<PortalDbContext, long, string, string, Task<AppAccess?>> Named = EF.CompileAsyncQuery(
        (PortalDbContext db, long actorId, string normalizedOwner, string externalId) =>
            (
                from m in db.Memberships.AsNoTracking()
                join a in db.Apps on m.AppId equals a.Id
                join u in db.Users on a.OwnerId equals u.Id
                where
                    m.UserId == actorId
                    && a.DeletedAt == null
                    && u.NormalizedUserName == normalizedOwner
                    && a.ExternalId == externalId
                select new AppAccess(a, u.UserName!, m.Role)
            ).SingleOrDefault()
    );

    /// <summary>Makes an app, with the built-in Visual Embedder in it. Its maker is its owner.</summary>
    public async Task<App> CreateAsync(
        long userId,
        string? externalId,
        string? name,
        string? description,
        CancellationToken ct
    )
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
        db.Memberships.Add(
            new Membership
            {
                AppId = app.Id,
                UserId = userId,
                Role = Role.Owner,
                CreatedAt = Now,
            }
        );
        await models.AddAsync(
            db,
            app.Id,
            userId,
            VisualEmbedder.Id,
            "Visual Embedder",
            types.Get(VisualEmbedder.Id),
            OutputInfo.Empty,
            ct
        );
        await transaction.CommitAsync(ct);
        changes.Publish(app.Id, ChangedNoun.Apps);
        return app;
    }

    /// <summary>The apps the user is a member of, in the order they were made.</summary>
    public async Task<IReadOnlyList<AppAccess>> ListAsync(long userId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await Of(db, userId)
            .OrderBy(o => o.App.Id)
            .Select(o => new AppAccess(o.App, o.OwnerId, o.Role))
            .ToListAsync(ct);
    }

    /// <summary>The apps the user is a member of, the latest changed first.</summary>
    public async Task<IReadOnlyList<AppOverview>> OverviewAsync(long userId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await Of(db, userId)
            .OrderByDescending(o => o.App.ModifiedAt)
            .Select(o => new AppOverview(
                o.App,
                o.OwnerId,
                o.Role,
                db.Inputs.Count(i => i.AppId == o.App.Id && i.DeletedAt == null),
                db.Concepts.Count(c => c.AppId == o.App.Id && c.DeletedAt == null),
                db.Annotations.Count(n => n.AppId == o.App.Id && AnnotationStatuses.Waiting.Contains(n.Status))
                    + db.Annotations.Where(AnnotationStatuses.ForAudit).Count(n => n.AppId == o.App.Id)
            ))
            .ToListAsync(ct);
    }

    /// <summary>The app if the acting user may see it.</summary>
    /// <param name="actorId">Who asks.</param>
    /// <param name="ownerName">The owner's user id, as in the path.</param>
    /// <exception cref="PortalException"><see cref="StatusCode.DoesNotExist"/>, also for an app one is no member of:
    /// not even that an id exists leaks.</exception>
    public async Task<AppAccess> OpenAsync(long actorId, string ownerName, string externalId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await Named(db, actorId, ownerName.ToUpperInvariant(), externalId)
            ?? throw new PortalException(
                StatusCode.DoesNotExist,
                $"There is no app '{Text.Shown(externalId)}' here, or you may not see it.",
                externalId
            );
    }

    /// <summary>The app if the acting user may see it, by its internal key.</summary>
    /// <exception cref="PortalException"><see cref="StatusCode.DoesNotExist"/>: it was deleted, or the user is no
    /// member any more.</exception>
    public async Task<AppAccess> OpenAsync(long actorId, long appId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await Of(db, actorId)
                .Where(o => o.App.Id == appId)
                .Select(o => new AppAccess(o.App, o.OwnerId, o.Role))
                .SingleOrDefaultAsync(ct)
            ?? throw new PortalException(
                StatusCode.DoesNotExist,
                "This app was deleted, or you may not see it any more."
            );
    }

    public async Task<App> GetAsync(long appId, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.Apps.AsNoTracking().SingleOrDefaultAsync(a => a.Id == appId && a.DeletedAt == null, ct)
            ?? throw new PortalException(StatusCode.DoesNotExist, "This app was deleted.");
    }

    /// <summary>The app for commands on the portal's own machine, where nobody signs in.</summary>
    /// <returns>The app, and the owner as whom they act: its maker, or where that one is none any more, the first of
    /// the others.</returns>
    public async Task<(App App, long ActorId)> GetForCommandAsync(
        string ownerName,
        string externalId,
        CancellationToken ct
    )
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var normalizedOwner = ownerName.ToUpperInvariant();
        var found =
            await (
                from a in db.Apps.AsNoTracking()
                join u in db.Users on a.OwnerId equals u.Id
                join m in db.Memberships on a.Id equals m.AppId
                where
                    a.DeletedAt == null
                    && u.NormalizedUserName == normalizedOwner
                    && a.ExternalId == externalId
                    && m.Role == Role.Owner
                orderby m.UserId == a.OwnerId descending, m.CreatedAt, m.UserId
                select new { App = a, m.UserId }
            ).FirstOrDefaultAsync(ct)
            ?? throw new PortalException(
                StatusCode.DoesNotExist,
                $"There is no app '{Text.Shown(externalId)}' of a user '{Text.Shown(ownerName)}'. Its address in "
                    + $"the browser names both.",
                externalId
            );
        return (found.App, found.UserId);
    }

    public Task<App> UpdateAsync(
        long appId,
        string? name,
        string? description,
        bool? implicitNegatives,
        CancellationToken ct
    ) =>
        ChangeAsync(
            appId,
            app =>
            {
                if (name is not null)
                {
                    app.Name = Text.Name(name, "app", app.ExternalId);
                }

                if (description is not null)
                {
                    app.Description = Text.Bounded(description, 2000, "description");
                }

                if (implicitNegatives is { } value)
                {
                    app.ImplicitNegatives = value;
                }
            },
            ct
        );

    public Task<App> DeleteAsync(long appId, CancellationToken ct) => ChangeAsync(appId, app => app.Hide(Now), ct);

    /// <summary>Brings a deleted app back under its old id.</summary>
    /// <exception cref="PortalException"><see cref="StatusCode.DuplicateId"/> when the id was taken
    /// meanwhile.</exception>
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

    /// <summary>The apps that are there for a user.</summary>
    private static IQueryable<Open> Of(PortalDbContext db, long userId) =>
        from m in db.Memberships.AsNoTracking()
        join a in db.Apps on m.AppId equals a.Id
        join u in db.Users on a.OwnerId equals u.Id
        where m.UserId == userId && a.DeletedAt == null
        select new Open
        {
            App = a,
            OwnerId = u.UserName!,
            Role = m.Role,
        };

    private DateTime Now => clock.GetUtcNow().UtcDateTime;

    private static PortalException AlreadyThere(string id) =>
        new(StatusCode.DuplicateId, $"There is already an app with the id '{id}'. Choose another id.", id);

    // Queries can be built upon the members of this, not upon those of a record's constructor.
    private sealed class Open
    {
        public required App App { get; init; }
        public required string OwnerId { get; init; }
        public required Role Role { get; init; }
    }
}
