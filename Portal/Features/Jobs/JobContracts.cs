using Portal.Core.Domain.Jobs;
using Portal.Shared.Api;

namespace Portal.Features.Jobs;

internal sealed record JobDto(
    string Id,
    string Kind,
    string Title,
    string State,
    int Done,
    int Total,
    string Message,
    DateTime CreatedAt,
    DateTime? StartedAt,
    DateTime? FinishedAt
)
{
    public static JobDto Of(Job job) =>
        new(
            job.ExternalId,
            job.Kind,
            job.Title,
            job.State.ToString().ToLowerInvariant(),
            job.Done,
            job.Total,
            job.Message,
            job.CreatedAt,
            job.StartedAt,
            job.FinishedAt
        );
}

internal sealed record JobsResponse(IReadOnlyList<JobDto> Jobs) : ApiResponse;

internal sealed record JobResponse(JobDto Job) : ApiResponse;
