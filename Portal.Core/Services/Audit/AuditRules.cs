using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Portal.Core.Data;
using Portal.Core.Domain.Apps;
using Portal.Core.Domain.Audit;
using Portal.Core.Domain.Concepts;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Ids;
using Portal.Core.Domain.Jobs;
using Portal.Core.Domain.Models;
using Portal.Core.Domain.Users;
using Portal.Core.Domain.Workflows;
using Portal.Core.Domain.Workflows.Nodes;
using Portal.Core.Services.Automation;
using Portal.Core.Services.Exchange.Export;
using Portal.Core.Services.Exchange.Import;

namespace Portal.Core.Services.Audit;

/// <summary>Which rows' changes are told in the audit log, and how.</summary>
internal static class AuditRules
{
    /// <summary>Kinds of what happens to a row that can be hidden.</summary>
    private sealed record Kinds(AuditKind Made, AuditKind Changed, AuditKind Deleted, AuditKind Restored);

    private static readonly Kinds OfApps = new(
        AuditKind.AppMade,
        AuditKind.AppChanged,
        AuditKind.AppDeleted,
        AuditKind.AppRestored
    );
    private static readonly Kinds OfConcepts = new(
        AuditKind.ConceptMade,
        AuditKind.ConceptChanged,
        AuditKind.ConceptDeleted,
        AuditKind.ConceptRestored
    );
    private static readonly Kinds OfModels = new(
        AuditKind.ModelMade,
        AuditKind.ModelChanged,
        AuditKind.ModelDeleted,
        AuditKind.ModelRestored
    );
    private static readonly Kinds OfWorkflows = new(
        AuditKind.WorkflowMade,
        AuditKind.WorkflowChanged,
        AuditKind.WorkflowDeleted,
        AuditKind.WorkflowRestored
    );

    public static IEnumerable<AuditEntry> Of(PortalDbContext db, EntityEntry entry) =>
        entry.Entity switch
        {
            App app => Named(
                    entry,
                    app,
                    OfApps,
                    a => a.App = app,
                    nameof(App.Name),
                    nameof(App.Description),
                    nameof(App.ImplicitNegatives)
                )
                .Concat(DefaultWorkflow(db, entry, app)),
            Concept concept => Named(
                entry,
                concept,
                OfConcepts,
                a => a.AppId = concept.AppId,
                nameof(Concept.Name),
                nameof(Concept.Color),
                nameof(Concept.Hotkey)
            ),
            // Every app has one from the start.
            Model { TypeId: VisualEmbedder.Id } => [],
            Model model => Named(entry, model, OfModels, a => a.AppId = model.AppId, nameof(Model.Name)),
            ModelVersion version when entry.State == EntityState.Added => VersionOf(db, version),
            Workflow workflow => Named(
                entry,
                workflow,
                OfWorkflows,
                a => a.AppId = workflow.AppId,
                nameof(Workflow.Name)
            ),
            WorkflowVersion version
                when entry.State == EntityState.Added && db.Workflows.Find(version.WorkflowId) is { } workflow =>
            [
                new AuditEntry
                {
                    Kind = AuditKind.WorkflowVersionMade,
                    AppId = workflow.AppId,
                    Subject = workflow.ExternalId,
                    To = Number(version.Number),
                },
            ],
            Job job when entry.State == EntityState.Added && KindOf(job) is { } kind =>
            [
                new AuditEntry
                {
                    Kind = kind,
                    AppId = job.AppId,
                    Subject = job.ExternalId,
                    To = job.Title,
                },
            ],
            Membership member => OfMember(db, entry, member),
            Invitation invitation when entry.State == EntityState.Added =>
            [
                new AuditEntry
                {
                    Kind = AuditKind.InvitationMade,
                    AppId = invitation.AppId,
                    UserId = Actor.Current?.UserId ?? invitation.CreatedById,
                    To = invitation.Role.Word(),
                },
            ],
            Invitation invitation when HasChanged(entry, nameof(Invitation.EndedAt)) =>
            [
                new AuditEntry
                {
                    Kind = AuditKind.InvitationWithdrawn,
                    AppId = invitation.AppId,
                    To = invitation.Role.Word(),
                },
            ],
            ApiKey key when entry.State == EntityState.Added => [OfKey(db, AuditKind.KeyMade, key)],
            ApiKey key when HasChanged(entry, nameof(ApiKey.RevokedAt)) => [OfKey(db, AuditKind.KeyRevoked, key)],
            Session session when entry.State == EntityState.Added =>
            [
                new AuditEntry
                {
                    Kind = AuditKind.SignedIn,
                    UserId = session.UserId,
                    Field = Method(session.Method),
                    To = $"{session.Browser}, {session.Address}",
                },
            ],
            Session session when HasChanged(entry, nameof(Session.EndedAt)) =>
            [
                new AuditEntry
                {
                    Kind = AuditKind.SessionEnded,
                    UserId = Actor.Current?.UserId ?? session.UserId,
                    To = $"{session.Browser}, {session.Address}",
                },
            ],
            PortalUser user when entry.State == EntityState.Modified => OfUser(entry, user),
            _ => [],
        };

    private static IEnumerable<AuditEntry> Named(
        EntityEntry entry,
        IHideable row,
        Kinds kinds,
        Action<AuditEntry> place,
        params string[] properties
    )
    {
        AuditEntry Make(AuditKind kind, string? field = null, string? from = null, string? to = null)
        {
            var made = new AuditEntry
            {
                Kind = kind,
                Subject = row.VisibleId(),
                Field = field,
                From = from,
                To = to,
            };
            place(made);
            return made;
        }

        if (entry.State == EntityState.Added)
        {
            yield return Make(kinds.Made);
        }
        else if (HasChanged(entry, nameof(IHideable.DeletedAt)))
        {
            yield return Make(row.DeletedAt is null ? kinds.Restored : kinds.Deleted);
        }

        if (entry.State == EntityState.Added)
        {
            yield break;
        }

        foreach (var property in properties.Where(p => HasChanged(entry, p)))
        {
            yield return Make(
                kinds.Changed,
                Words(property),
                Text(entry.Property(property).OriginalValue),
                Text(entry.Property(property).CurrentValue)
            );
        }
    }

    private static IEnumerable<AuditEntry> DefaultWorkflow(PortalDbContext db, EntityEntry entry, App app)
    {
        if (entry.State != EntityState.Modified || !HasChanged(entry, nameof(App.DefaultWorkflowVersionId)))
        {
            return [];
        }

        var before = VersionName(db, (long?)entry.Property(nameof(App.DefaultWorkflowVersionId)).OriginalValue);
        return
        [
            new AuditEntry
            {
                Kind = AuditKind.DefaultWorkflowChanged,
                AppId = app.Id,
                Subject = app.ExternalId,
                From = before,
                To = VersionName(db, app.DefaultWorkflowVersionId),
            },
        ];
    }

    /// <summary>What was made with its model tells nothing new; what was trained or set anew does.</summary>
    private static IEnumerable<AuditEntry> VersionOf(PortalDbContext db, ModelVersion version) =>
        (version.Number > 1 || version.Status == StatusCode.ModelQueued) && db.Models.Find(version.ModelId) is { } model
            ?
            [
                new AuditEntry
                {
                    Kind = AuditKind.ModelVersionMade,
                    AppId = model.AppId,
                    Subject = model.ExternalId,
                    Field = version.Status == StatusCode.ModelQueued ? "training" : "settings",
                    To = Number(version.Number),
                },
            ]
            : [];

    /// <summary>That whoever makes an app is its owner goes without saying.</summary>
    private static IEnumerable<AuditEntry> OfMember(PortalDbContext db, EntityEntry entry, Membership member)
    {
        AuditEntry Make(AuditKind kind, string? from, string? to) =>
            new()
            {
                Kind = kind,
                AppId = member.AppId,
                Subject = db.Users.Find(member.UserId)?.UserName ?? "",
                From = from,
                To = to,
            };

        var role = member.Role.Word();
        if (entry.State == EntityState.Added && db.Apps.Find(member.AppId)?.OwnerId != member.UserId)
        {
            yield return Make(AuditKind.MemberAdded, null, role);
        }

        if (entry.State == EntityState.Deleted)
        {
            yield return Make(AuditKind.MemberRemoved, role, null);
        }

        if (HasChanged(entry, nameof(Membership.Role)))
        {
            yield return Make(
                AuditKind.MemberChanged,
                ((Role)entry.Property(nameof(Membership.Role)).OriginalValue!).Word(),
                role
            );
        }
    }

    private static IEnumerable<AuditEntry> OfUser(EntityEntry entry, PortalUser user)
    {
        AuditEntry Make(AuditKind kind, string? to = null) =>
            new()
            {
                Kind = kind,
                UserId = user.Id,
                Subject = user.UserName!,
                To = to,
            };

        // A hash that is only made anew, with more work, comes without a new stamp.
        if (
            user.PasswordHash is not null
            && HasChanged(entry, nameof(PortalUser.PasswordHash))
            && HasChanged(entry, nameof(PortalUser.SecurityStamp))
        )
        {
            yield return Make(AuditKind.PasswordSet);
        }

        if (HasChanged(entry, nameof(PortalUser.TwoFactorEnabled)))
        {
            yield return Make(user.TwoFactorEnabled ? AuditKind.AuthenticatorOn : AuditKind.AuthenticatorOff);
        }

        if (user.LockoutEnd is { } end && HasChanged(entry, nameof(PortalUser.LockoutEnd)))
        {
            yield return Make(AuditKind.AccountLocked, end.ToString("u", CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Whose key it is goes without saying where they did it themselves.</summary>
    private static AuditEntry OfKey(PortalDbContext db, AuditKind kind, ApiKey key)
    {
        var actor = Actor.Current?.UserId ?? key.UserId;
        return new AuditEntry
        {
            Kind = kind,
            AppId = key.AppId,
            Subject = key.Name,
            UserId = actor,
            To = actor == key.UserId ? null : $"of {db.Users.Find(key.UserId)?.UserName}",
        };
    }

    private static AuditKind? KindOf(Job job) =>
        job.Kind switch
        {
            JobKinds.Import => AuditKind.ImportStarted,
            JobKinds.Export => AuditKind.ExportStarted,
            JobKinds.Backfill => AuditKind.BackfillStarted,
            _ => null,
        };

    private static string? VersionName(PortalDbContext db, long? versionId) =>
        versionId is { } id
        && db.WorkflowVersions.Find(id) is { } version
        && db.Workflows.Find(version.WorkflowId) is { } workflow
            ? $"{workflow.ExternalId} {Number(version.Number)}"
            : null;

    private static string Number(int version) => string.Create(CultureInfo.InvariantCulture, $"v{version}");

    private static string Method(SignInMethod method) =>
        method switch
        {
            SignInMethod.Link => "link",
            SignInMethod.Password => "password",
            _ => "password and code",
        };

    private static bool HasChanged(EntityEntry entry, string property) =>
        entry.State == EntityState.Modified
        && !Equals(entry.Property(property).OriginalValue, entry.Property(property).CurrentValue);

    /// <summary><c>ImplicitNegatives</c> is "implicit negatives".</summary>
    private static string Words(string property) =>
        string.Concat(
            property.Select((c, i) => char.IsUpper(c) ? (i > 0 ? " " : "") + char.ToLowerInvariant(c) : c.ToString())
        );

    private static string? Text(object? value) =>
        value switch
        {
            null => null,
            bool flag => flag ? "on" : "off",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture),
        };
}
