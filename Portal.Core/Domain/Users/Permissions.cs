using Portal.Core.Domain.Errors;

namespace Portal.Core.Domain.Users;

/// <summary>The one table of who may do what, and the sentences that say so.</summary>
public static class Permissions
{
    /// <summary>The least role that has a permission.</summary>
    public static Role LeastRole(this Permission permission) =>
        permission switch
        {
            Permission.See => Role.Viewer,
            Permission.Label => Role.Annotator,
            Permission.Review => Role.Reviewer,
            Permission.DeleteApp => Role.Owner,
            _ => Role.Manager,
        };

    public static bool May(this Role role, Permission permission) => role >= permission.LeastRole();

    /// <summary>The most that a key of this scope may do, whatever its user may.</summary>
    public static Role MostRole(this KeyScope scope) =>
        scope switch
        {
            KeyScope.Read => Role.Viewer,
            KeyScope.Label => Role.Reviewer,
            _ => Role.Owner,
        };

    public static bool May(this KeyScope scope, Permission permission) => scope.MostRole().May(permission);

    /// <exception cref="PortalException"><see cref="StatusCode.InsufficientScopes"/>: the role does not have the
    /// permission.</exception>
    public static void Require(this Role role, Permission permission)
    {
        if (!role.May(permission))
        {
            throw new PortalException(StatusCode.InsufficientScopes, Refusal(role, permission));
        }
    }

    /// <summary>Why a role may not, and who may.</summary>
    public static string Refusal(Role role, Permission permission) =>
        permission.LeastRole() is var least && least == Role.Owner
            ? $"Your role in this app is {role.Word()}, and {permission.Doing()} needs the role owner. Ask an owner "
                + $"of the app."
            : $"Your role in this app is {role.Word()}, and {permission.Doing()} needs the role {least.Word()} or a "
                + $"higher one. Ask a manager or an owner of the app.";

    /// <summary>Why a key may not, whatever its user may.</summary>
    public static string Refusal(KeyScope scope, Permission permission) =>
        $"This API key has the scope {scope.Word()}, which does not allow {permission.Doing()}. Make a key with a "
        + $"wider scope in the app's settings.";

    public static string Word(this Role role) => role.ToString().ToLowerInvariant();

    public static string Word(this KeyScope scope) => scope.ToString().ToLowerInvariant();

    /// <summary>What a role is for, in a few words.</summary>
    public static string Meaning(this Role role) =>
        role switch
        {
            Role.Viewer => "sees everything, changes nothing",
            Role.Annotator => "labels inputs",
            Role.Reviewer => "labels, and reviews what waits",
            Role.Manager => "sets up concepts, models and workflows, uploads, invites",
            _ => "may do everything, and delete the app",
        };

    private static string Doing(this Permission permission) =>
        permission switch
        {
            Permission.See => "seeing it",
            Permission.Label => "labelling",
            Permission.Review => "reviewing",
            Permission.ManageInputs => "adding, changing or deleting inputs",
            Permission.ManageConcepts => "changing concepts",
            Permission.ManageModels => "changing or training models",
            Permission.ManageWorkflows => "changing or running workflows",
            Permission.ManageJobs => "steering jobs",
            Permission.Exchange => "importing or exporting",
            Permission.ManageApp => "changing the app's settings",
            Permission.ManageMembers => "managing members",
            _ => "deleting the app",
        };
}
