namespace Portal.Core.Jobs;

/// <summary>Jobs of a lane run one after another; the lanes run side by side, so that a training waits for neither a backfill nor a film.</summary>
public enum JobLane
{
    /// <summary>Seconds to minutes, with somebody waiting.</summary>
    Prompt,

    /// <summary>As long as an app has inputs.</summary>
    Bulk,

    /// <summary>Minutes of another program's work.</summary>
    Film,
}
