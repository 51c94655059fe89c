using Portal.Core.Platform;

namespace Portal.Core.Services.Inputs;

/// <param name="OldestWait">Since the first of the waiting inputs was taken in; zero when none waits.</param>
/// <param name="Again">How many of the first thousand that wait or are being worked on have been begun before, and did
/// not come to an end.</param>
public sealed record QueueDepth(int Waiting, int InProgress, TimeSpan OldestWait, int Again)
{
    /// <summary>Sets the gauges, which nobody asks between two readings.</summary>
    public void Record()
    {
        Telemetry.InputsWaiting.Record(Waiting);
        Telemetry.InputsInProgress.Record(InProgress);
        Telemetry.InputsOldestWait.Record(OldestWait.TotalSeconds);
    }
}
