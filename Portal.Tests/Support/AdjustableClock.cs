namespace Portal.Tests.Support;

/// <summary>The system's clock, put forward by a test.</summary>
internal sealed class AdjustableClock : TimeProvider
{
    private TimeSpan _ahead;

    public void Advance(TimeSpan by) => _ahead += by;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _ahead;
}
