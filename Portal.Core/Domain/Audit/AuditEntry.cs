using Portal.Core.Domain.Apps;

namespace Portal.Core.Domain.Audit;

/// <summary>
/// One line of the audit log: who did what to which thing. Added in the transaction of what it tells of, and never
/// changed or deleted.
/// </summary>
public sealed class AuditEntry
{
    public const int MaxText = 200;

    public long Id { get; set; }
    public DateTime At { get; set; }
    public AuditKind Kind { get; set; }

    /// <summary>Who did it; null for the portal itself and for somebody who is not signed in.</summary>
    public long? UserId { get; set; }

    /// <summary>The session, or the API key, through which it came.</summary>
    public long? SessionId { get; set; }

    public long? KeyId { get; set; }

    public long? AppId { get; set; }
    public App? App { get; set; }

    /// <summary>The id of what it was done to.</summary>
    public string Subject { get; set; } = "";

    /// <summary>Which property of it, where one was changed.</summary>
    public string? Field { get; set; }

    /// <summary>What was there before, in short.</summary>
    public string? From { get; set; }

    /// <summary>What is there now, in short.</summary>
    public string? To { get; set; }
}
