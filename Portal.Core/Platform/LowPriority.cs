using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Portal.Core.Platform;

/// <summary>
/// Runs pure computations on threads of their own that give way to those that answer people: embedding, training and
/// evaluating take all processors there are, but only while nothing else needs one. What they start on
/// <see cref="TaskScheduler.Current"/> gives way as well. They must start nothing on the thread pool, and no process:
/// on Linux what a thread starts has its priority, for good. Elsewhere than on Linux and Windows the threads are like
/// others.
/// </summary>
internal static partial class LowPriority
{
    private const int OfThread = 0;

    /// <summary>
    /// Ends of computations, told by a thread of normal priority: to tell them may start threads of the pool, which
    /// have the priority of the one that tells.
    /// </summary>
    private static readonly BlockingCollection<Action> s_ends = [];

    /// <summary>
    /// What the portal was started with: computations give way to the rest of it, whatever it gives way to itself.
    /// </summary>
    private static readonly int s_ownNiceness = OperatingSystem.IsLinux() ? GetPriority(OfThread, 0) : 0;

    private static readonly Scheduler s_awaited = new(Waiting.Somebody);
    private static readonly Scheduler s_unawaited = new(Waiting.Nobody);

    static LowPriority() =>
        Start(
            "Ends of computations",
            ThreadPriority.Normal,
            () =>
            {
                foreach (var end in s_ends.GetConsumingEnumerable())
                {
                    end();
                }
            }
        );

    /// <summary>Computes, unless the token is cancelled before it begins.</summary>
    public static Task<T> RunAsync<T>(Func<T> compute, Waiting waiting, CancellationToken ct)
    {
        var scheduler = waiting == Waiting.Somebody ? s_awaited : s_unawaited;
        var told = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Task.Factory.StartNew(compute, ct, TaskCreationOptions.DenyChildAttach, scheduler)
            .ContinueWith(
                task => s_ends.Add(() => told.SetFromTask(task)),
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                scheduler
            );
        return told.Task;
    }

    private static void Start(string name, ThreadPriority priority, Action work) =>
        new Thread(() => work())
        {
            IsBackground = true,
            Name = name,
            Priority = priority,
        }.Start();

    /// <summary>Against POSIX, Linux sets one thread's priority; 0 names the one that calls.</summary>
    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int niceness);

    [LibraryImport("libc", EntryPoint = "getpriority")]
    private static partial int GetPriority(int which, int who);

    private sealed class Scheduler(Waiting waiting) : TaskScheduler
    {
        /// <summary>
        /// How long a thread stays without work. A new one for each picture would have to begin with new buffers, which
        /// the pools of arrays keep with threads.
        /// </summary>
        private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(10);

        [ThreadStatic]
        private static Scheduler? s_here;

        private readonly object _gate = new();
        private readonly Queue<Task> _tasks = [];

        /// <summary>Threads that wait for a task, or will.</summary>
        private int _free;

        /// <summary>Every task has a thread at once: one may wait for another.</summary>
        protected override void QueueTask(Task task)
        {
            lock (_gate)
            {
                _tasks.Enqueue(task);
                if (_tasks.Count <= _free)
                {
                    Monitor.Pulse(_gate);
                    return;
                }
                _free++;
            }
            Start("Computation", ThreadPriority.BelowNormal, Work);
        }

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
            s_here == this && !taskWasPreviouslyQueued && TryExecuteTask(task);

        protected override IEnumerable<Task> GetScheduledTasks() => [];

        private void Work()
        {
            s_here = this;
            // It can never take that back.
            if (OperatingSystem.IsLinux())
            {
                _ = SetPriority(OfThread, 0, s_ownNiceness + (int)waiting);
            }

            while (Next() is { } task)
            {
                TryExecuteTask(task);
                lock (_gate)
                {
                    _free++;
                }
            }
        }

        /// <returns>Null when there was nothing to do for a while: the thread ends.</returns>
        private Task? Next()
        {
            lock (_gate)
            {
                while (_tasks.Count == 0 && Monitor.Wait(_gate, IdleTime)) { }
                _free--;
                return _tasks.TryDequeue(out var task) ? task : null;
            }
        }
    }
}
