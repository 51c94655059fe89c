using Portal.Core.Data;
using Portal.Core.Domain.Audit;

namespace Portal.Core.Services.Audit;

/// <summary>Adds to the audit log what no saved row shows.</summary>
public static class AuditWriting
{
    /// <summary>
    /// Adds an entry to what the context saves next, so that it stands or falls with the change it tells of. Who did it
    /// and when is filled in.
    /// </summary>
    /// <param name="appId">The app's internal key, or null where it is about none.</param>
    /// <param name="subject">The id of what it was done to.</param>
    /// <param name="userId">Whom it concerns, where nobody is signed in.</param>
    public static void Audit(
        this PortalDbContext db,
        AuditKind kind,
        long? appId,
        string subject,
        string? field = null,
        string? from = null,
        string? to = null,
        long? userId = null
    ) =>
        db.AuditEntries.Add(
            new AuditEntry
            {
                Kind = kind,
                AppId = appId,
                Subject = subject,
                Field = field,
                From = from,
                To = to,
                UserId = userId,
            }
        );
}
