namespace Portal.Core.Domain.Audit;

/// <summary>Which entries of the audit log are asked for.</summary>
/// <param name="AppId">Those of one app; null for all of the portal's.</param>
/// <param name="UserId">Those of one person, by user id; null for everybody's.</param>
public sealed record AuditFilter(long? AppId, string? UserId = null, AuditGroup? Group = null);

/// <summary>An entry with the names a reader knows things by.</summary>
/// <param name="UserId">Null for the portal itself, and for somebody who is not signed in.</param>
/// <param name="KeyName">The API key it came through, or null.</param>
/// <param name="AppId">The app's id, or null.</param>
public sealed record AuditLine(
    long Id,
    DateTime At,
    AuditKind Kind,
    string? UserId,
    long? SessionId,
    string? KeyName,
    string? AppId,
    string Subject,
    string? Field,
    string? From,
    string? To
);
