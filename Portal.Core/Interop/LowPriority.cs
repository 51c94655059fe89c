using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Portal.Core.Interop;

/// <summary>
/// Runs pure computations on threads of their own that give way to those that answer people: embedding, training and evaluating take all processors
/// there are, but only while nothing else needs one. What they start on <see cref="TaskScheduler.Current"/> gives way as well. They must start nothing on
/// the thread pool, and no process: on Linux what a thread starts has its priority, for good. Elsewhere than on Linux and Windows the threads are like others.
/// </summary>
internal static partial class LowPriority
{
    /// <summary>About a tenth of the share of a thread without it (Linux).</summary>
    private const int Niceness = 10;
    private const int OfThread = 0;

    /// <summary>Ends of computations, told by a thread of normal priority: to tell them may start threads of the pool, which have the priority of the one that tells.</summary>
    private static readonly BlockingCollection<Action> s_ends = [];

    static LowPriority() => new Thread(() =>
    {
        foreach (var end in s_ends.GetConsumingEnumerable()) end();
    }) { IsBackground = true, Name = "Ends of computations" }.Start();

    /// <summary>Computes, unless the token is cancelled before it begins.</summary>
    public static Task<T> RunAsync<T>(Func<T> compute, CancellationToken ct)
    {
        var told = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Task.Factory.StartNew(compute, ct, TaskCreationOptions.DenyChildAttach, Scheduler.Instance)
            .ContinueWith(task => s_ends.Add(() => told.SetFromTask(task)), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, Scheduler.Instance);
        return told.Task;
    }

    /// <summary>From now on this thread, and whatever it starts, gives way to others. It can never take that back.</summary>
    /// <param name="niceness">1 to 19; 5 leaves about a third of a share, 10 a tenth.</param>
    public static void GiveWay(int niceness)
    {
        if (OperatingSystem.IsLinux()) _ = SetPriority(OfThread, 0, niceness);
    }

    /// <summary>Against POSIX, Linux sets one thread's priority; 0 names the one that calls.</summary>
    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int niceness);

    private sealed class Scheduler : TaskScheduler
    {
        public static readonly Scheduler Instance = new();

        [ThreadStatic]
        private static bool s_isHere;

        protected override void QueueTask(Task task) => new Thread(() =>
        {
            s_isHere = true;
            GiveWay(Niceness);
            TryExecuteTask(task);
        }) { IsBackground = true, Name = "Computation", Priority = ThreadPriority.BelowNormal }.Start();

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => s_isHere && !taskWasPreviouslyQueued && TryExecuteTask(task);

        protected override IEnumerable<Task> GetScheduledTasks() => [];
    }
}
