using Portal.Core.Services.Exchange.Import;
using Portal.Shared.Api;

namespace Portal.Features.Exchange;

/// <summary>
/// An export to make. Its file is at <c>/media/{user_id}/{app_id}/jobs/{job_id}/file</c> when the job has succeeded.
/// </summary>
internal sealed record ExportDto
{
    /// <summary>Id of a format; <c>jsonl</c> if null.</summary>
    public string? Format { get; init; }

    /// <summary>The images themselves, and not only their names; true if null.</summary>
    public bool? WithPictures { get; init; }

    /// <summary>
    /// The query string of the Explorer's address, as in <c>?concept=runner&amp;status=success</c>; null or empty for
    /// all inputs.
    /// </summary>
    public string? Filter { get; init; }
}

/// <summary>
/// An import to start. Its report is at <c>/media/{user_id}/{app_id}/jobs/{job_id}/file</c> when the job has succeeded.
/// </summary>
internal sealed record ImportDto
{
    /// <summary>What the file is called.</summary>
    public string? Name { get; init; }

    /// <summary>Id of a format; null for the one that fits.</summary>
    public string? Format { get; init; }

    /// <summary>
    /// The id of the concept each label means; an empty one leaves the label out. Others are matched by id and name, or
    /// make concepts.
    /// </summary>
    public Dictionary<string, string>? Labels { get; init; }
}

internal sealed record UploadedImport(string Id);

internal sealed record UploadedImportResponse(UploadedImport Import) : ApiResponse;

/// <summary>What an import would do.</summary>
/// <param name="Columns">How the columns are read, in words; null where there is no choice.</param>
/// <param name="Read">Images that were read for this; <c>is_all</c> if there are no more.</param>
internal sealed record ImportPreviewDto(
    string Format,
    string? Columns,
    int Read,
    bool IsAll,
    IReadOnlyList<ImportLabel> Labels,
    int Refused,
    string? FirstProblem
)
{
    public static ImportPreviewDto Of(ImportPreview preview) =>
        new(
            preview.Format.Id,
            preview.Columns,
            preview.Read,
            preview.IsAll,
            preview.Labels,
            preview.Refused,
            preview.FirstProblem
        );
}

internal sealed record ImportPreviewResponse(ImportPreviewDto Preview) : ApiResponse;
