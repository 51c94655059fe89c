using System.Collections.Concurrent;
using System.Text.Json;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Jobs;
using Portal.Core.Services.Jobs;

namespace Portal.Tests.Support;

/// <summary>
/// A job that a test holds and lets go: it runs until its gate is opened, failed, or it is cancelled.
/// </summary>
internal sealed class GatedJob(JobLane lane = JobLane.Prompt) : IJobHandler
{
    public const string JobKind = "gated";
    public const string BulkKind = "gated-bulk";
    private readonly ConcurrentDictionary<string, TaskCompletionSource<string>> _gates = new();

    public string Kind => lane == JobLane.Prompt ? JobKind : BulkKind;

    public JobLane Lane => lane;

    /// <summary>
    /// Names of the jobs that were started, in order; a job that is started twice stands there twice.
    /// </summary>
    public ConcurrentQueue<string> Started { get; } = new();

    public ConcurrentQueue<string> Abandoned { get; } = new();

    public TaskCompletionSource<string> Gate(string name) =>
        _gates.GetOrAdd(name, _ => new TaskCompletionSource<string>());

    public Task<string> RunAsync(Job job, JobProgress progress, CancellationToken ct)
    {
        var name = Name(job);
        Started.Enqueue(job.Checkpoint is null ? name : $"{name} from {job.Checkpoint}");
        progress.Report(1, 3, $"Holding {name}", "the middle");
        return Gate(name).Task.WaitAsync(ct);
    }

    public Task AbandonAsync(Job job, PortalException? reason, CancellationToken ct)
    {
        Abandoned.Enqueue(Name(job));
        return Task.CompletedTask;
    }

    private static string Name(Job job) => JsonSerializer.Deserialize<string>(job.Parameters)!;
}
