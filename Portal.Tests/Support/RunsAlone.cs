namespace Portal.Tests.Support;

/// <summary>For tests that need timers to fire on time: no other test runs beside them.</summary>
[CollectionDefinition(nameof(RunsAlone), DisableParallelization = true)]
public sealed class RunsAlone;
