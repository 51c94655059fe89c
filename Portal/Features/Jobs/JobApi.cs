using Portal.Core.Domain.Users;
using Portal.Core.Services.Jobs;
using Portal.Shared.Access;
using Portal.Shared.Api;

namespace Portal.Features.Jobs;

/// <summary><c>jobs</c></summary>
internal static class JobApi
{
    public static void MapJobs(this IEndpointRouteBuilder routes)
    {
        var jobs = routes.MapGroup("/jobs").WithTags("Jobs");
        jobs.MapGet(
                "",
                async (ApiScope scope, ApiPage page, JobService service, CancellationToken ct) =>
                    new JobsResponse([
                        .. (await service.ListAsync(scope.AppId, page.Skip, page.Size, ct)).Select(JobDto.Of),
                    ])
            )
            .Needs(Permission.See)
            .Named("ListJobs", "List the app's jobs, the newest first");
        jobs.MapGet(
                "/{job_id}",
                async (ApiScope scope, string job_id, JobService service, CancellationToken ct) =>
                    new JobResponse(JobDto.Of(await service.GetAsync(scope.AppId, job_id, ct)))
            )
            .Needs(Permission.See)
            .Named("GetJob", "Get a job");
        foreach (var action in (string[])["Cancel", "Pause", "Resume"])
        {
            jobs.MapPost(
                    $"/{{job_id}}/{action.ToLowerInvariant()}",
                    async (ApiScope scope, string job_id, JobService service, CancellationToken ct) =>
                    {
                        await (
                            action switch
                            {
                                "Cancel" => service.CancelAsync(scope.AppId, job_id, ct),
                                "Pause" => service.PauseAsync(scope.AppId, job_id, ct),
                                _ => service.ResumeAsync(scope.AppId, job_id, ct),
                            }
                        );
                        return new JobResponse(JobDto.Of(await service.GetAsync(scope.AppId, job_id, ct)));
                    }
                )
                .Needs(Permission.ManageJobs)
                .Named($"{action}Job", $"{action} a job");
        }
    }
}
