using System.Collections.Concurrent;

namespace Portal.Tests.EndToEnd.Kills;

/// <summary>A decision as a browser's queue holds it, until it is answered.</summary>
internal sealed record SentDecision(
    string ClientId,
    string InputId,
    string ConceptId,
    bool Value,
    string? AnnotationId
);

/// <summary>What clients know: what the portal answered before it was killed, and what it had not answered.</summary>
internal sealed class KillLedger
{
    /// <summary>Ids of uploads answered "accepted".</summary>
    public ConcurrentDictionary<string, bool> Accepted { get; } = new();

    /// <summary>Ids of uploads answered with a refusal.</summary>
    public ConcurrentDictionary<string, bool> Refused { get; } = new();

    /// <summary>Decisions answered "ok", by client id.</summary>
    public ConcurrentDictionary<string, SentDecision> Decided { get; } = new();

    /// <summary>Decisions that a kill left without an answer; they are sent again, as the browser does.</summary>
    public ConcurrentQueue<SentDecision> Unanswered { get; } = new();

    /// <summary>Ids of jobs answered "started".</summary>
    public ConcurrentDictionary<string, bool> Jobs { get; } = new();

    /// <summary>Versions whose training was answered "queued".</summary>
    public ConcurrentDictionary<string, bool> Versions { get; } = new();

    public int Answers => Accepted.Count + Refused.Count + Decided.Count + Jobs.Count + Versions.Count;

    public override string ToString() =>
        $"{Accepted.Count} uploads accepted, {Refused.Count} refused, {Decided.Count} decisions answered, "
        + $"{Versions.Count} trainings and {Jobs.Count} backfills started";
}
