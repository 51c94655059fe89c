using Microsoft.AspNetCore.Mvc;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Jobs;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Exchange;
using Portal.Core.Services.Exchange.Export;
using Portal.Core.Services.Exchange.Import;
using Portal.Core.Services.Explorer;
using Portal.Core.Services.Jobs;
using Portal.Features.Explorer;
using Portal.Features.Jobs;
using Portal.Shared.Access;
using Portal.Shared.Api;
using Portal.Shared.Limits;

namespace Portal.Features.Exchange;

/// <summary>
/// <c>exports</c> and <c>imports</c>, and the files that jobs leave. The page sends and fetches its files here too:
/// their bytes do not pass through the circuit.
/// </summary>
internal static class ExchangeApi
{
    private static readonly QueryField<string?> NameField = ApiQuery.Value(
        "name",
        "What the file is called, such as `labels.csv`: a list is told by its extension"
    );

    private static readonly QueryField<string?> FormatField = ApiQuery.Value(
        "format",
        "ID of a format; without it, the one that fits"
    );

    public static void MapExchange(this IEndpointRouteBuilder routes)
    {
        routes
            .MapPost("/exports", ExportAsync)
            .Needs(Permission.Exchange)
            .Named(
                "PostExports",
                "Start an export",
                "When the job has succeeded, its file is at `/media/{user_id}/{app_id}/jobs/{job_id}/file`."
            )
            .WithTags("Exports");
        var imports = routes.MapGroup("/imports").WithTags("Imports");
        imports
            .MapPost(
                "",
                async (ApiScope scope, HttpRequest request, ExchangeFiles files, CancellationToken ct) =>
                    new UploadedImportResponse(
                        new UploadedImport(
                            await files.ReceiveAsync(scope.AppId, request.Body, request.ContentLength, ct)
                        )
                    )
            )
            .Needs(Permission.Exchange)
            .Named("PostImports", "Upload a file to import")
            .TakesBytes()
            .WithMetadata(new DisableRequestSizeLimitAttribute())
            .LimitUploads();
        imports
            .MapGet(
                "/{import_id}",
                async (
                    ApiScope scope,
                    string import_id,
                    HttpContext context,
                    ExchangeService exchange,
                    CancellationToken ct
                ) =>
                    new ImportPreviewResponse(
                        ImportPreviewDto.Of(
                            await exchange.PreviewAsync(
                                scope.AppId,
                                import_id,
                                NameField.Read(context) ?? "",
                                FormatField.Read(context),
                                ct
                            )
                        )
                    )
            )
            .Needs(Permission.Exchange)
            .Named("GetImport", "Preview an import")
            .Takes(NameField, FormatField);
        imports
            .MapPost("/{import_id}/start", ImportAsync)
            .Needs(Permission.Exchange)
            .Named(
                "StartImport",
                "Start an import",
                "When the job has succeeded, its report is at `/media/{user_id}/{app_id}/jobs/{job_id}/file`."
            );
    }

    public static void MapExchangeFiles(this IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/media/{user_id}/{app_id}/jobs/{job_id}/file", DownloadAsync)
            .Needs(Permission.Exchange)
            .ExcludeFromDescription();

    private static async Task<JobResponse> ExportAsync(
        ApiScope scope,
        Body<ExportDto> body,
        ExchangeService exchange,
        InputQueries queries,
        CancellationToken ct
    )
    {
        var (filter, text) = await ExplorerQuery.FilterAsync(body.Value.Filter, queries, scope.AppId, ct);
        var request = new ExportRequest(body.Value.Format ?? "jsonl", body.Value.WithPictures ?? true, filter, text);
        return new JobResponse(JobDto.Of(await exchange.StartExportAsync(scope.AppId, scope.UserId, request, ct)));
    }

    private static async Task<JobResponse> ImportAsync(
        ApiScope scope,
        string import_id,
        Body<ImportDto> body,
        ExchangeService exchange,
        ExchangeFiles files,
        CancellationToken ct
    )
    {
        files.Require(scope.AppId, import_id);
        var name =
            body.Value.Name
            ?? throw new PortalException(
                StatusCode.InvalidRequest,
                "'name' is missing. Give what the file is called, such as labels.csv: a list is told by its extension.",
                "name"
            );
        var format =
            body.Value.Format ?? (await exchange.PreviewAsync(scope.AppId, import_id, name, null, ct)).Format.Id;
        var choices = new ImportChoices(format, body.Value.Labels ?? []);
        return new JobResponse(
            JobDto.Of(await exchange.StartImportAsync(scope.AppId, scope.UserId, import_id, name, choices, ct))
        );
    }

    /// <summary>The file a job left: an export, or the report of an import.</summary>
    private static async Task<IResult> DownloadAsync(
        ApiScope scope,
        string job_id,
        HttpContext context,
        JobService jobs,
        ExchangeFiles files,
        CancellationToken ct
    )
    {
        try
        {
            var job = await jobs.GetAsync(scope.AppId, job_id, ct);
            if (job.State != JobState.Succeeded || files.ResultOf(job.ExternalId) is not { } file)
            {
                return TypedResults.NotFound();
            }

            context.Response.AsDownload();
            return TypedResults.PhysicalFile(
                file.FullName,
                file.Extension == ".zip" ? "application/zip" : "text/csv",
                JobDownload.FileName(scope.App, job, file),
                enableRangeProcessing: true
            );
        }
        catch (PortalException e) when (e.Code == StatusCode.DoesNotExist)
        {
            return TypedResults.NotFound();
        }
    }
}
