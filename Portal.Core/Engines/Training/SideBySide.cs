namespace Portal.Core.Engines.Training;

/// <summary>
/// Runs independent computations on the threads of <see cref="TaskScheduler.Current"/>, at most one a processor.
/// </summary>
internal static class SideBySide
{
    /// <exception cref="OperationCanceledException">What had not begun was left out.</exception>
    public static void Run<T>(IReadOnlyList<T> items, Action<T> compute, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Parallel.For(0, items.Count, Options(cancellationToken), i => compute(items[i]));
    }

    public static ParallelOptions Options(CancellationToken cancellationToken) =>
        new()
        {
            CancellationToken = cancellationToken,
            MaxDegreeOfParallelism = Environment.ProcessorCount,
            TaskScheduler = TaskScheduler.Current,
        };
}
