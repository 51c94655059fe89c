namespace Portal.Tests.Support;

/// <summary>One portal for all tests of a class, each of which works in an app of its own.</summary>
public sealed class SharedPortal : IAsyncLifetime
{
    private static int s_apps;

    public PortalFixture Portal { get; private set; } = null!;

    /// <summary>The path of an app that no other test uses; the test makes it.</summary>
    public static string NewApp() => $"users/me/apps/app-{Interlocked.Increment(ref s_apps)}";

    public async ValueTask InitializeAsync() => Portal = await PortalFixture.StartAsync();

    public ValueTask DisposeAsync() => Portal.DisposeAsync();
}
