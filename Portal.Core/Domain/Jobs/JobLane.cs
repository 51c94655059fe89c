namespace Portal.Core.Domain.Jobs;

/// <summary>
/// Jobs of a lane run one after another; the lanes run side by side, so that a training waits for no backfill, no
/// video, and no evaluation of an earlier one.
/// </summary>
public enum JobLane
{
    /// <summary>Seconds to minutes, with somebody waiting.</summary>
    Prompt,

    /// <summary>As a training, a few times over, with nobody waiting.</summary>
    Evaluation,

    /// <summary>As long as an app has inputs.</summary>
    Bulk,

    /// <summary>Every input of an app decoded and embedded: hours, which no backfill should wait for.</summary>
    Embedding,

    /// <summary>Minutes of another program's work.</summary>
    Video,
}
