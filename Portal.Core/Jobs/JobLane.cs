namespace Portal.Core.Jobs;

/// <summary>Jobs of a lane run one after another; the lanes run side by side, so that a training need not wait for a backfill.</summary>
public enum JobLane
{
    /// <summary>Seconds to minutes, with somebody waiting.</summary>
    Prompt,

    /// <summary>As long as an app has inputs.</summary>
    Bulk,
}
