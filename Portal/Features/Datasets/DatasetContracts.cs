using Portal.Core.Domain.Datasets;
using Portal.Features.Jobs;
using Portal.Shared.Api;

namespace Portal.Features.Datasets;

/// <param name="Filter">The query string of the Explorer's address; null for all of the app.</param>
internal sealed record DatasetDto(
    string Id,
    string Name,
    string? Filter,
    bool IsReady,
    int Inputs,
    int Present,
    int Absent,
    DateTime CreatedAt
)
{
    public static DatasetDto Of(Dataset dataset) =>
        new(
            dataset.ExternalId,
            dataset.Name,
            dataset.FilterText,
            dataset.ReadyAt is not null,
            dataset.Inputs,
            dataset.Present,
            dataset.Absent,
            dataset.CreatedAt
        );
}

internal sealed record NewDatasetRequest
{
    public string? Name { get; init; }

    /// <summary>
    /// The query string of the Explorer's address, as in <c>?concept=runner&amp;status=success</c>; null or empty for
    /// all inputs.
    /// </summary>
    public string? Filter { get; init; }
}

internal sealed record DatasetExportRequest
{
    public string? Format { get; init; }
    public bool? WithPictures { get; init; }
}

internal sealed record DatasetsResponse(IReadOnlyList<DatasetDto> Datasets) : ApiResponse;

internal sealed record DatasetResponse(DatasetDto Dataset) : ApiResponse
{
    /// <summary>What makes it; absent once it is made.</summary>
    public JobDto? Job { get; init; }
}

internal sealed record DatasetDiffResponse(DatasetDiff Diff) : ApiResponse;
