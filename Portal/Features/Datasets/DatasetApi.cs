using Portal.Core.Domain.Datasets;
using Portal.Core.Domain.Errors;
using Portal.Core.Domain.Users;
using Portal.Core.Services.Datasets;
using Portal.Core.Services.Exchange;
using Portal.Core.Services.Exchange.Export;
using Portal.Core.Services.Explorer;
using Portal.Features.Explorer;
using Portal.Features.Jobs;
using Portal.Shared.Access;
using Portal.Shared.Api;

namespace Portal.Features.Datasets;

/// <summary><c>datasets</c></summary>
internal static class DatasetApi
{
    private static readonly QueryField<int> ChangesField = ApiQuery.Number(
        "per_page",
        "Changes listed at most; all are counted",
        ApiLimits.DefaultPageSize,
        0,
        ApiLimits.MaxItems
    );

    public static void MapDatasets(this IEndpointRouteBuilder routes)
    {
        var datasets = routes.MapGroup("/datasets").WithTags("Datasets");
        datasets
            .MapGet(
                "",
                async (ApiScope scope, ApiPage page, DatasetService service, CancellationToken ct) =>
                    new DatasetsResponse([.. page.Of(await service.ListAsync(scope.AppId, ct)).Select(DatasetDto.Of)])
            )
            .Needs(Permission.See)
            .Named("ListDatasets", "List the app's datasets");
        datasets
            .MapPost("", CreateAsync)
            .Needs(Permission.Exchange)
            .Named(
                "PostDatasets",
                "Create a dataset",
                "What the filter finds now, with its labels, is kept under the name. Runs as a job."
            );
        datasets
            .MapGet(
                "/{dataset_id}",
                async (ApiScope scope, string dataset_id, DatasetService service, CancellationToken ct) =>
                    new DatasetResponse(DatasetDto.Of(await service.GetAsync(scope.AppId, dataset_id, ct)))
            )
            .Needs(Permission.See)
            .Named("GetDataset", "Get a dataset");
        datasets
            .MapDelete(
                "/{dataset_id}",
                async (ApiScope scope, string dataset_id, DatasetService service, CancellationToken ct) =>
                {
                    await service.DeleteAsync(scope.AppId, dataset_id, ct);
                    return new ApiResponse();
                }
            )
            .Needs(Permission.Exchange)
            .Named("DeleteDataset", "Delete a dataset");
        datasets
            .MapGet(
                "/{dataset_id}/diff/{other_id}",
                async (
                    ApiScope scope,
                    string dataset_id,
                    string other_id,
                    HttpContext context,
                    DatasetService service,
                    CancellationToken ct
                ) =>
                    new DatasetDiffResponse(
                        await service.CompareAsync(scope.AppId, dataset_id, other_id, ChangesField.Read(context), ct)
                    )
            )
            .Needs(Permission.See)
            .Named("CompareDatasets", "Compare two datasets")
            .Takes(ChangesField);
        datasets
            .MapPost("/{dataset_id}/exports", ExportAsync)
            .Needs(Permission.Exchange)
            .Named(
                "ExportDataset",
                "Export a dataset",
                "When the job has succeeded, its file is at `/media/{user_id}/{app_id}/jobs/{job_id}/file`."
            );
    }

    private static async Task<DatasetResponse> CreateAsync(
        ApiScope scope,
        Body<NewDatasetRequest> body,
        DatasetService service,
        InputQueries queries,
        CancellationToken ct
    )
    {
        var name =
            body.Value.Name
            ?? throw new PortalException(
                StatusCode.InvalidRequest,
                "'name' is missing. Give the dataset a name of 1 to 200 characters.",
                "name"
            );
        var (filter, text) = await ExplorerQuery.FilterAsync(body.Value.Filter, queries, scope.AppId, ct);
        var (dataset, job) = await service.StartAsync(scope.AppId, scope.UserId, name, filter, text, ct);
        return new DatasetResponse(DatasetDto.Of(dataset)) { Job = JobDto.Of(job) };
    }

    /// <summary>
    /// The file is at <c>/media/{user_id}/{app_id}/jobs/{job_id}/file</c> when the job has succeeded.
    /// </summary>
    private static async Task<JobResponse> ExportAsync(
        ApiScope scope,
        string dataset_id,
        Body<DatasetExportRequest> body,
        DatasetService service,
        ExchangeService exchange,
        CancellationToken ct
    )
    {
        var dataset = await service.GetAsync(scope.AppId, dataset_id, ct);
        var request = new ExportRequest(
            body.Value.Format ?? "jsonl",
            body.Value.WithPictures ?? true,
            Dataset: dataset.ExternalId
        );
        return new JobResponse(JobDto.Of(await exchange.StartExportAsync(scope.AppId, scope.UserId, request, ct)));
    }
}
