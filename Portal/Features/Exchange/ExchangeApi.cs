using Microsoft.AspNetCore.Mvc;
using Portal.Core.Errors;
using Portal.Core.Exchange;
using Portal.Core.Jobs;
using Portal.Core.Users;
using Portal.Shared.Access;
using Portal.Shared.Api;
using Portal.Shared.Hosting;
using Portal.Shared.Limits;

namespace Portal.Features.Exchange;

internal sealed record UploadedImport(string Id);

internal sealed record UploadedImportResponse(UploadedImport Import) : ApiResponse;

/// <summary>The files of exports and imports over plain HTTP, so that their bytes do not pass through the circuit.</summary>
internal static class ExchangeApi
{
    /// <summary><c>imports</c>: takes a file, as the request's body, for an import that is started on the page.</summary>
    public static void MapImportUpload(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/imports", async (ApiScope scope, HttpRequest request, ExchangeFiles files, CancellationToken ct) =>
            new UploadedImportResponse(new UploadedImport(await files.ReceiveAsync(scope.AppId, request.Body, request.ContentLength, ct)))).Needs(Permission.Exchange)
            .WithTags("Imports").WithMetadata(new DisableRequestSizeLimitAttribute()).LimitUploads();

    public static void MapExchangeFiles(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/media/{user_id}/{app_id}/jobs/{job_id}/file", DownloadAsync).Needs(Permission.Exchange).ExcludeFromDescription();

    /// <summary>The file a job left: an export, or the report of an import.</summary>
    private static async Task<IResult> DownloadAsync(
        ApiScope scope, string job_id, HttpContext context, JobService jobs, ExchangeFiles files, CancellationToken ct)
    {
        try
        {
            var job = await jobs.GetAsync(scope.AppId, job_id, ct);
            if (job.State != JobState.Succeeded || files.ResultOf(job.ExternalId) is not { } file) return TypedResults.NotFound();
            context.Response.AsDownload();
            return TypedResults.PhysicalFile(file.FullName, file.Extension == ".zip" ? "application/zip" : "text/csv", ExchangeWords.FileName(scope.App, job, file), enableRangeProcessing: true);
        }
        catch (PortalException e) when (e.Code == StatusCode.DoesNotExist)
        {
            return TypedResults.NotFound();
        }
    }
}
