using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Jobs;

namespace Portal.Core.Services.Jobs;

/// <summary>
/// Does one kind of job. After a restart it is called again with the same parameters, so it must be safe to repeat.
/// </summary>
public interface IJobHandler
{
    string Kind { get; }

    JobLane Lane => JobLane.Prompt;

    /// <returns>How it ended, in words for the Jobs page.</returns>
    /// <exception cref="PortalException">An expected failure; its message is shown on the Jobs page.</exception>
    Task<string> RunAsync(Job job, JobProgress progress, CancellationToken ct);

    /// <summary>Called once when the job failed or was cancelled, to leave nothing half-done.</summary>
    Task AbandonAsync(Job job, PortalException? reason, CancellationToken ct);
}
