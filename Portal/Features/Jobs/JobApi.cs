using Portal.Core.Jobs;
using Portal.Shared.Api;

namespace Portal.Features.Jobs;

/// <summary><c>jobs</c></summary>
internal static class JobApi
{
    public static void MapJobs(this IEndpointRouteBuilder routes)
    {
        var jobs = routes.MapGroup("/jobs").WithTags("Jobs");
        jobs.MapGet("", async (ApiScope scope, ApiPage page, JobService service, CancellationToken ct) =>
            new JobsResponse([.. (await service.ListAsync(scope.AppId, page.Skip, page.Size, ct)).Select(JobWire.Of)]));
        jobs.MapGet("/{job_id}", async (ApiScope scope, string job_id, JobService service, CancellationToken ct) =>
            new JobResponse(JobWire.Of(await service.GetAsync(scope.AppId, job_id, ct))));
        jobs.MapPost("/{job_id}/cancel", async (ApiScope scope, string job_id, JobService service, CancellationToken ct) =>
        {
            await service.CancelAsync(scope.AppId, job_id, ct);
            return new JobResponse(JobWire.Of(await service.GetAsync(scope.AppId, job_id, ct)));
        });
    }
}
