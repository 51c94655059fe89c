using System.Text.Json;
using Portal.Core.Domain.Audit;

namespace Portal.Features.Audit;

/// <summary>The audit log in words a person reads.</summary>
internal static class AuditFormatter
{
    public static string Word(this AuditGroup group) => JsonNamingPolicy.SnakeCaseLower.ConvertName(group.ToString());

    public static string Name(this AuditGroup group) =>
        group switch
        {
            AuditGroup.SignIn => "Signing in",
            AuditGroup.Keys => "API keys",
            AuditGroup.App => "The app",
            AuditGroup.Members => "Members",
            AuditGroup.Concepts => "Concepts",
            AuditGroup.Models => "Models",
            AuditGroup.Workflows => "Workflows",
            AuditGroup.Inputs => "Many inputs",
            _ => "Import and export",
        };

    public static string Who(AuditLine line) =>
        line.Kind is AuditKind.SignInFailed or AuditKind.AccountLocked ? "Somebody" : line.UserId ?? "The portal";

    /// <summary>What was done, to what: the words before its id.</summary>
    public static string What(AuditLine line) =>
        line.Kind switch
        {
            AuditKind.SignedIn => $"Signed in with a {line.Field}",
            AuditKind.SignInFailed => line.Subject.Length > 0
                ? "Failed to sign in as"
                : "Failed to sign in as a user that does not exist",
            AuditKind.AccountLocked => "Guessed too often, which locked",
            AuditKind.SessionEnded => "Ended a session",
            AuditKind.PasswordSet => "Set the password of",
            AuditKind.AuthenticatorOn => "Turned the authenticator app on for",
            AuditKind.AuthenticatorOff => "Turned the authenticator app off for",
            AuditKind.RecoveryCodesMade => "Made recovery codes for",
            AuditKind.RecoveryCodeUsed => "Used a recovery code of",
            AuditKind.InvitationWithdrawn => "Withdrew an invitation",
            AuditKind.InvitationSpent => "Joined by an invitation",
            AuditKind.KeyMade => "Made the API key",
            AuditKind.KeyRevoked => "Revoked the API key",
            AuditKind.ModelVersionMade => line.Field == "training"
                ? "Trained the model"
                : "Changed the settings of the model",
            AuditKind.WorkflowVersionMade => "Saved the workflow",
            AuditKind.DefaultWorkflowChanged => "Changed the default workflow",
            AuditKind.BackfillStarted or AuditKind.ImportStarted or AuditKind.ExportStarted => "Started",
            AuditKind.InputsChanged => "Changed many inputs",
            AuditKind.InputsChangeUndone => "Took back a change of many inputs",
            _ => Plain(line.Kind),
        };

    /// <summary>The id that says something to a person; ids of jobs, steps and the app itself do not.</summary>
    public static string Subject(AuditLine line) =>
        line.Kind switch
        {
            AuditKind.BackfillStarted
            or AuditKind.ImportStarted
            or AuditKind.ExportStarted
            or AuditKind.InputsChanged
            or AuditKind.InputsChangeUndone
            or AuditKind.DefaultWorkflowChanged => "",
            _ => line.Subject,
        };

    public static string? Field(AuditLine line) =>
        line.Kind is AuditKind.SignedIn or AuditKind.ModelVersionMade ? null : line.Field;

    /// <summary><c>ConceptDeleted</c> is "Deleted the concept".</summary>
    private static string Plain(AuditKind kind)
    {
        var name = kind.ToString();
        var verb = Array.FindLastIndex(name.ToCharArray(), char.IsUpper);
        return $"{name[verb..]} the {name[..verb].ToLowerInvariant()}";
    }
}
